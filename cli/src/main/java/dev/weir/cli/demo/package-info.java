/// The demonstration: the gateway before five endpoints of its own, one of which dies and comes back.
@NullMarked
package dev.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
