/// One request with its response, what can go wrong with it, and the two sides that carry it.
@NullMarked
package dev.weir.exchange;

import org.jspecify.annotations.NullMarked;
