/// Whether endpoints are up: checks, rise and fall.
@NullMarked
package dev.weir.health;

import org.jspecify.annotations.NullMarked;
