/// Spring Cloud Gateway as a peer of the side-by-side runs.
@NullMarked
package dev.weir.peer;

import org.jspecify.annotations.NullMarked;
