/// Idle connections to endpoints, per event loop.
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
