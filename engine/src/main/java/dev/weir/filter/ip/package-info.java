/// Who may come by address.
@NullMarked
package dev.weir.filter.ip;

import org.jspecify.annotations.NullMarked;
