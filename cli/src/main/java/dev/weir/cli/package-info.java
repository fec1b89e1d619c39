/// The verbs of the command line: each reads its arguments, asks the engine, and says what came of it.
@NullMarked
package dev.weir.cli;

import org.jspecify.annotations.NullMarked;
