/// Event loops, transport, time, timers, drain.
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;
