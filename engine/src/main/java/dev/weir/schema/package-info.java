/// How a feature describes its settings once: annotations on its config record, the value types that
/// carry units, and what a mistake in a file looks like. Reader, JSON Schema and reference page derive from it.
@NullMarked
package dev.weir.schema;

import org.jspecify.annotations.NullMarked;
