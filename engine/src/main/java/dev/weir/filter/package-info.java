/// May the request pass, and how: the pipeline and its contract. Each filter is a package of its own.
@NullMarked
package dev.weir.filter;

import org.jspecify.annotations.NullMarked;
