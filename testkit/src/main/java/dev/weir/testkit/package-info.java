/// What tests of a proxy need: endpoints that misbehave on purpose, clients that speak in bytes, and a
/// clock that stands still. Nothing here depends on the engine.
@NullMarked
package dev.weir.testkit;

import org.jspecify.annotations.NullMarked;
