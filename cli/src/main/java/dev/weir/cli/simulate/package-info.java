/// The verb `simulate`.
@NullMarked
package dev.weir.cli.simulate;

import org.jspecify.annotations.NullMarked;
