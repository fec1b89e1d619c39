/// When an attempt is repeated, doubled or copied, and how often all in all. Knows no sockets and no clock.
@NullMarked
package dev.weir.retry;

import org.jspecify.annotations.NullMarked;
