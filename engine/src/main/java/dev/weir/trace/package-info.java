/// Traces: which requests are traced, and their spans on the way to a collector.
@NullMarked
package dev.weir.trace;

import org.jspecify.annotations.NullMarked;
