package dev.weir.tls;

import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// Where TLS is used and what it may use. Immutable.
///
/// @param directory where relative file names start: the folder of the configuration file
/// @param events hears what the person who runs Weir should know
/// @param secrets random bits that nobody can guess, from any thread
public record TlsSite(
        Path directory, Clock clock, Events events, TlsLibrary library, RandomGenerator secrets) {}
