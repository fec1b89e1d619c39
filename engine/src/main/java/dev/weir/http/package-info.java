/// The words of HTTP and its version 1.1 on the wire: heads as byte tables, strict parsing, body framing,
/// writing. Knows buffers, but no channels, routes or endpoints.
@NullMarked
package dev.weir.http;

import org.jspecify.annotations.NullMarked;
