package dev.weir.filter;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.nio.file.Path;

/// Where a filter stands and what it may use. Immutable.
///
/// @param route the name of the route
/// @param directory where relative file names start: the folder of the configuration file
/// @param seed keys the hashes of what clients send, so that nobody can choose requests that collide
/// @param events hears what the person who runs Weir should know
public record FilterSite(String route, Path directory, Clock clock, long seed, Events events) {}
