/// Which endpoint of a service gets the request: metric × choice.
@NullMarked
package dev.weir.balance;

import org.jspecify.annotations.NullMarked;
