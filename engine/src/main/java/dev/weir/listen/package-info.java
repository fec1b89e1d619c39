/// Where clients arrive: listeners, client connections, and the order of the way of a request.
@NullMarked
package dev.weir.listen;

import org.jspecify.annotations.NullMarked;
