/// Cross-origin resource sharing.
@NullMarked
package dev.weir.filter.cors;

import org.jspecify.annotations.NullMarked;
