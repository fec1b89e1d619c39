/// The admin API: an HTTP server of its own, beside the traffic, by which people and programs see and steer the running process.
@NullMarked
package dev.weir.admin;

import org.jspecify.annotations.NullMarked;
