/// Two connections glued together: what comes from one goes to the other, whatever it is.
@NullMarked
package dev.weir.tunnel;

import org.jspecify.annotations.NullMarked;
