package dev.weir.discover;

import dev.weir.schema.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Asks name servers, one after the other until one gives an answer; over TCP where an answer is too long for UDP. Nothing is kept:
/// every question is asked, from a port of its own. Names are taken as they are; neither the hosts file nor the system's list of
/// domains to search is looked at. Confined to its event loop.
final class DnsClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final DnsNameResolver resolver;
    private final List<HostPort> nameservers;

    /// @param nameservers empty for the system's
    DnsClient(EventLoop loop, List<HostPort> nameservers) {
        this.nameservers = nameservers;
        this.resolver =
                new DnsNameResolverBuilder(loop)
                        .datagramChannelType(NioDatagramChannel.class)
                        .socketChannelType(NioSocketChannel.class)
                        .datagramChannelStrategy(
                                DnsNameResolverChannelStrategy.ChannelPerResolution)
                        .queryTimeoutMillis(PATIENCE.toMillis())
                        .build();
    }

    /// Asks one question.
    CompletableFuture<DnsReply> ask(String name, DnsRecordType type) {
        CompletableFuture<DnsReply> reply = new CompletableFuture<>();
        ask(name, type, servers(name), 0, reply);
        return reply;
    }

    private List<InetSocketAddress> servers(String name) {
        if (!nameservers.isEmpty()) {
            return nameservers.stream()
                    .map(one -> new InetSocketAddress(one.host(), one.port()))
                    .toList();
        }
        DnsServerAddressStream stream =
                DnsServerAddressStreamProviders.platformDefault().nameServerAddressStream(name);
        List<InetSocketAddress> servers = new ArrayList<>();
        for (int i = 0; i < stream.size(); i++) {
            servers.add(stream.next());
        }
        return servers;
    }

    private void ask(
            String name,
            DnsRecordType type,
            List<InetSocketAddress> servers,
            int number,
            CompletableFuture<DnsReply> reply) {
        var _ =
                resolver.query(servers.get(number), new DefaultDnsQuestion(name, type))
                        .addListener(
                                done -> {
                                    DnsReply said = read(done);
                                    if (said instanceof DnsReply.Failed
                                            && number + 1 < servers.size()) {
                                        ask(name, type, servers, number + 1, reply);
                                    } else {
                                        reply.complete(said);
                                    }
                                });
    }

    private static DnsReply read(Future<?> done) {
        Throwable cause = done.cause();
        if (cause != null) {
            return new DnsReply.Failed(
                    cause instanceof DnsNameResolverTimeoutException
                            ? "got no answer within " + PATIENCE.toSeconds() + "s"
                            : "could not be asked for (" + cause.getMessage() + ")");
        }
        if (!(done.getNow() instanceof AddressedEnvelope<?, ?> envelope)
                || !(envelope.content() instanceof DnsResponse response)) {
            throw new IllegalStateException("a query ends with a response");
        }
        try {
            return read(response);
        } catch (RuntimeException | UnknownHostException malformed) {
            return new DnsReply.Failed("got an answer that cannot be read (" + malformed + ")");
        } finally {
            envelope.release();
        }
    }

    private static DnsReply read(DnsResponse response) throws UnknownHostException {
        DnsResponseCode code = response.code();
        if (code.equals(DnsResponseCode.NXDOMAIN)) {
            return new DnsReply.Unknown();
        }
        if (!code.equals(DnsResponseCode.NOERROR)) {
            return new DnsReply.Failed("got the answer " + word(code));
        }
        if (response.isTruncated()) {
            return new DnsReply.Failed("got an answer that was cut, also over TCP");
        }
        List<DnsEntry> entries = new ArrayList<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            DnsEntry entry =
                    record instanceof DnsRawRecord raw && raw.dnsClass() == DnsRecord.CLASS_IN
                            ? entry(raw)
                            : null;
            if (entry != null) {
                entries.add(entry);
            }
        }
        return new DnsReply.Records(entries);
    }

    /// `SERVFAIL`: in capitals, and without the number that Netty writes behind it.
    private static String word(DnsResponseCode code) {
        String text = code.toString();
        int number = text.indexOf('(');
        return (number < 0 ? text : text.substring(0, number)).toUpperCase(Locale.ROOT);
    }

    private static @Nullable DnsEntry entry(DnsRawRecord record) throws UnknownHostException {
        String owner = DnsEntry.plain(record.name());
        long ttl = record.timeToLive();
        ByteBuf data = record.content().duplicate();
        DnsRecordType type = record.type();
        if (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.AAAA)) {
            int length = type.equals(DnsRecordType.A) ? IPV4_BYTES : IPV6_BYTES;
            byte[] bytes = new byte[length];
            data.readBytes(bytes);
            InetAddress address = InetAddress.getByAddress(bytes);
            // Connecting to 0.0.0.0 would reach this machine, which is not what is meant by it.
            boolean usable = !address.isAnyLocalAddress() && !address.isMulticastAddress();
            return usable ? new DnsEntry.Address(owner, ttl, address) : null;
        }
        if (type.equals(DnsRecordType.CNAME)) {
            return new DnsEntry.Alias(
                    owner, ttl, DnsEntry.plain(DefaultDnsRecordDecoder.decodeName(data)));
        }
        if (type.equals(DnsRecordType.SRV)) {
            return new DnsEntry.Place(
                    owner,
                    ttl,
                    data.readUnsignedShort(),
                    data.readUnsignedShort(),
                    data.readUnsignedShort(),
                    DnsEntry.plain(DefaultDnsRecordDecoder.decodeName(data)));
        }
        return null;
    }

    @Override
    public void close() {
        resolver.close();
    }
}
