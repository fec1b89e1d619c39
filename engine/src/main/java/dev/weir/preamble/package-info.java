/// What stands before the first byte of a connection's own protocol: the PROXY protocol's header, read and written, and the server name in
/// a TLS ClientHello. Knows buffers, no channels.
@NullMarked
package dev.weir.preamble;

import org.jspecify.annotations.NullMarked;
