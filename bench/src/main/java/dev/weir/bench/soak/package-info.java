/// The soak: a real Weir under mixed traffic and seeded faults, and a history checker that knows what must
/// hold whatever happens. [Soak] is the place to start reading. See `bench/soak.md`.
@NullMarked
package dev.weir.bench.soak;

import org.jspecify.annotations.NullMarked;
