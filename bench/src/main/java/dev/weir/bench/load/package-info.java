/// An open-loop load generator: requests leave at times fixed beforehand, and latency counts from those times.
@NullMarked
package dev.weir.bench.load;

import org.jspecify.annotations.NullMarked;
