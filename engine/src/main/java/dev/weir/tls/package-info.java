/// TLS: certificates and keys from files, which of them a client gets, and verified connections to endpoints. The
/// cryptography is BoringSSL's or the JDK's, by Netty.
@NullMarked
package dev.weir.tls;

import org.jspecify.annotations.NullMarked;
