/// One request sent to one endpoint, or after a failed attempt to another; the answer streamed back.
@NullMarked
package dev.weir.forward;

import org.jspecify.annotations.NullMarked;
