/// Telemetry on its way to a collector, by OTLP over HTTP: where to, in which words, and what becomes of it there.
@NullMarked
package dev.weir.otlp;

import org.jspecify.annotations.NullMarked;
