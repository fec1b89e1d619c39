package dev.weir.fuzz;

import dev.weir.preamble.Ends;
import dev.weir.preamble.ProxyHeader;
import dev.weir.preamble.ProxyReader;
import dev.weir.preamble.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The PROXY header that begins a connection. The choices say nothing; the text is what comes.
///
/// Netty's reader is laxer than ours, so that it is asked only about what ours takes: the addresses must be the same. It may refuse a port
/// of 0 in version 1, and what stands in extensions, which ours does not look into.
public final class ProxyHeaderTarget {
    private ProxyHeaderTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = Input.of(bytes).text();
        ProxyHeader read = read(text);
        checkPrefixes(text, read);
        if (read instanceof ProxyHeader.Whole(int length, Ends ends)) {
            Same.holds(length <= ProxyReader.MOST_BYTES, "a header is too long", text);
            Same.check(read(text.substring(0, length)), read, "what follows counts", text);
            if (ends != null) {
                Optional<Ends> other = netty(text.substring(0, length));
                Same.holds(
                        other.isPresent() || nettyMayRefuse(length, ends, text), "refused", text);
                other.ifPresent(found -> Same.check(found, ends, "the ends", text));
                checkWritten(ends, text);
            }
        }
    }

    private static ProxyHeader read(String text) {
        ByteBuf in = Input.buffer(text);
        ProxyHeader read = ProxyReader.read(in);
        Same.check(in.readerIndex(), 0, "the index", text);
        return read;
    }

    /// However it is cut, it means the same: nothing until it is known.
    private static void checkPrefixes(String text, ProxyHeader whole) {
        boolean known = false;
        for (int end = 0; end < text.length(); end++) {
            ProxyHeader soFar = read(text.substring(0, end));
            known |= !soFar.equals(ProxyHeader.INCOMPLETE);
            if (known) {
                Same.check(soFar, whole, "the first " + end + " bytes", text);
            }
        }
    }

    private static void checkWritten(Ends ends, String text) {
        for (ProxyVersion version : ProxyVersion.values()) {
            byte[] header = version.header(ends);
            Same.check(
                    ProxyReader.read(Unpooled.wrappedBuffer(header)),
                    new ProxyHeader.Whole(header.length, ends),
                    "what is written",
                    text);
        }
    }

    private static boolean nettyMayRefuse(int length, Ends ends, String text) {
        return text.startsWith("PROXY")
                ? ends.source().getPort() == 0 || ends.destination().getPort() == 0
                : length > ProxyVersion.V2.header(ends).length;
    }

    private static Optional<Ends> netty(String header) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        try {
            channel.writeInbound(
                    Unpooled.wrappedBuffer(header.getBytes(StandardCharsets.ISO_8859_1)));
            HAProxyMessage message = channel.readInbound();
            Optional<Ends> ends =
                    Optional.of(
                            new Ends(
                                    address(message.sourceAddress(), message.sourcePort()),
                                    address(
                                            message.destinationAddress(),
                                            message.destinationPort())));
            message.release();
            return ends;
        } catch (DecoderException refused) {
            return Optional.empty();
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}
