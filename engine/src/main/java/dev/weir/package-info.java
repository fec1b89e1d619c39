/// Weir as a library: start it, ask for its ports, close it.
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
