/// What Weir says of itself: access log, events, counters.
@NullMarked
package dev.weir.observe;

import org.jspecify.annotations.NullMarked;
