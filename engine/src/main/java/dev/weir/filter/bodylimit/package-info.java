/// How large a request body may be.
@NullMarked
package dev.weir.filter.bodylimit;

import org.jspecify.annotations.NullMarked;
