/// Runs the engine's own balancing, passive health, retries and limits on virtual time, before endpoints that exist only as
/// models: to choose between policies and configurations without a machine to try them on.
@NullMarked
package dev.weir.simulator;

import org.jspecify.annotations.NullMarked;
