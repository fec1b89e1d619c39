/// The build's training run: what the JVM sees there, it has ready in its AOT cache at the next start.
@NullMarked
package dev.weir.cli.training;

import org.jspecify.annotations.NullMarked;
