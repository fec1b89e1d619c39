/// What Weir would do with a request, and why; what it did with those that were slow or failed. Asks the stages of the way themselves.
@NullMarked
package dev.weir.explain;

import org.jspecify.annotations.NullMarked;
