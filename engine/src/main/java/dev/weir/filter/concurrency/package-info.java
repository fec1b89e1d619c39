/// How many requests of a route may be under way at once.
@NullMarked
package dev.weir.filter.concurrency;

import org.jspecify.annotations.NullMarked;
