/// The request id, in a field of the user's choice.
@NullMarked
package dev.weir.filter.requestid;

import org.jspecify.annotations.NullMarked;
