/// Rules of balancing that Weir does not have, for comparison in the report: those of the Prequal paper (Wydrowski, Kleinberg, Rumble,
/// Archer, Load is not what you should balance, NSDI 2024, §5.2), as it describes them.
@NullMarked
package dev.weir.simulator.rules;

import org.jspecify.annotations.NullMarked;
