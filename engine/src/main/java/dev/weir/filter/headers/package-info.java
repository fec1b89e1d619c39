/// Setting, adding and removing fields of requests and responses.
@NullMarked
package dev.weir.filter.headers;

import org.jspecify.annotations.NullMarked;
