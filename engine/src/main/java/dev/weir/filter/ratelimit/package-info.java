/// Requests per key and time (GCRA), in a bounded table.
@NullMarked
package dev.weir.filter.ratelimit;

import org.jspecify.annotations.NullMarked;
