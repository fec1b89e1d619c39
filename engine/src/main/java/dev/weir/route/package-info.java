/// Which route a request takes.
@NullMarked
package dev.weir.route;

import org.jspecify.annotations.NullMarked;
