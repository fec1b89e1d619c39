/// How much is let through: places at a service and the line before it, limits that find themselves, shedding by priority, and
/// restraint towards endpoints that refuse. Decides only: time comes in as nanoseconds, nothing here waits, sleeps or knows a channel, so
/// that a simulator runs the same code.
@NullMarked
package dev.weir.limit;

import org.jspecify.annotations.NullMarked;
