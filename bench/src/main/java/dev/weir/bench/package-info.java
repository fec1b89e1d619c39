/// Measurements: JMH for pieces, side-by-side runs against other proxies for the whole.
@NullMarked
package dev.weir.bench;

import org.jspecify.annotations.NullMarked;
