/// What must happen when something goes wrong, one test per row of `docs/explain/faults.md`, on real sockets:
/// Weir within the test's process, endpoints that misbehave on purpose, and clients that know the history of every request.
/// `./weir test faults` runs these alone.
@NullMarked
package dev.weir.fault;

import org.jspecify.annotations.NullMarked;
