package dev.weir.http;

import dev.weir.preamble.Ends;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Tells endpoints where a request comes from, and believes only trusted proxies about it: from all others the fields
/// that say so are replaced. Adds `Via` and the request id. Immutable.
///
/// Source: RFC 7239, RFC 9110 §7.6.3; `X-Forwarded-*` as proxies commonly write them.
public final class Provenance {
    /// So far a chain of proxies is followed; longer ones are noise.
    private static final int MOST_PROXIES = 32;

    private static final byte[] VIA = ascii("1.1 weir");
    private static final byte[] VIA_2 = ascii("2.0 weir");

    /// `X-Forwarded-Prefix`, `-Ssl`, `-Server` … are believed by frameworks as the others are.
    private static final byte[] X_FORWARDED = ascii("x-forwarded-");

    private static final byte[] ID_DIGITS = ascii("0123456789abcdefghjkmnpqrstvwxyz");
    private static final int ID_LENGTH = 20;

    private static final long CLAIMS =
            bit(Field.X_FORWARDED_FOR)
                    | bit(Field.X_FORWARDED_HOST)
                    | bit(Field.X_FORWARDED_PORT)
                    | bit(Field.X_FORWARDED_PROTO)
                    | bit(Field.X_REAL_IP)
                    | bit(Field.FORWARDED)
                    | bit(Field.X_REQUEST_ID)
                    | bit(Field.X_WEIR_PRIORITY);

    private final List<IpRange> trusted;
    private final boolean xForwarded;
    private final boolean forwarded;

    public Provenance(List<IpRange> trusted, ForwardedFields fields) {
        this.trusted = List.copyOf(trusted);
        this.xForwarded = fields == ForwardedFields.X_FORWARDED || fields == ForwardedFields.BOTH;
        this.forwarded = fields == ForwardedFields.FORWARDED || fields == ForwardedFields.BOTH;
    }

    /// What does not change over a connection. Immutable.
    ///
    /// @param address where it comes from, as text too
    /// @param trusted whether the peer is a trusted proxy
    public record Peer(Ends ends, InetAddress address, byte[] text, boolean trusted) {}

    public Peer peer(Ends ends) {
        InetAddress address = ends.source().getAddress();
        return new Peer(ends, address, ascii(address.getHostAddress()), trusts(address));
    }

    /// Whether this is a trusted proxy.
    public boolean trusts(InetAddress address) {
        for (int i = 0; i < trusted.size(); i++) {
            if (trusted.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /// Replaces or extends the fields of a request.
    ///
    /// @param tls whether the client's connection is encrypted
    /// @return the client's address: the peer's, or what trusted proxies say
    public InetAddress write(RequestHead head, Peer peer, boolean tls, RandomGenerator random) {
        Headers headers = head.headers();
        InetAddress client = peer.address();
        if (peer.trusted()) {
            client = client(headers, peer.address());
            extend(head, peer, tls);
        } else {
            headers.removeAll(CLAIMS);
            headers.removeUnknownStarting(X_FORWARDED);
            if (xForwarded) {
                add(headers, Field.X_FORWARDED_FOR, peer.text());
                add(headers, Field.X_FORWARDED_PROTO, scheme(tls));
                if (head.authorityEnd > head.authorityStart) {
                    addHost(head);
                }
            }
        }
        if (forwarded) {
            addForwarded(head, peer, tls);
        }
        add(headers, Field.VIA, head.http2 ? VIA_2 : VIA);
        requestId(head, random);
        return client;
    }

    private void extend(RequestHead head, Peer peer, boolean tls) {
        Headers headers = head.headers();
        if (xForwarded) {
            String before = String.join(", ", headers.all("X-Forwarded-For"));
            String address = peer.address().getHostAddress();
            replace(
                    headers,
                    Field.X_FORWARDED_FOR,
                    before.isEmpty() ? address : before + ", " + address);
            if (!headers.has(Field.X_FORWARDED_PROTO)) {
                add(headers, Field.X_FORWARDED_PROTO, scheme(tls));
            }
            if (!headers.has(Field.X_FORWARDED_HOST) && head.authorityEnd > head.authorityStart) {
                addHost(head);
            }
        }
    }

    /// Walks the chain from the right: the first address that is no trusted proxy is the client.
    private InetAddress client(Headers headers, InetAddress peer) {
        List<String> lines = headers.all("X-Forwarded-For");
        boolean standard = lines.isEmpty();
        if (standard) {
            lines = headers.all("Forwarded");
        }
        InetAddress client = peer;
        int seen = 0;
        for (String line : lines.reversed()) {
            for (int end = line.length(), start; end >= 0; end = start - 1) {
                int separator =
                        standard
                                ? ForwardedElement.lastSeparator(line, end, ',')
                                : line.lastIndexOf(',', end - 1);
                start = Math.max(separator, -1) + 1;
                String part = line.substring(start, end);
                String text = standard ? ForwardedElement.forAddress(part) : part.strip();
                InetAddress address = ForwardedElement.address(text);
                if (address == null || ++seen > MOST_PROXIES) {
                    return client;
                }
                client = address;
                if (!trusts(address)) {
                    return client;
                }
            }
        }
        return client;
    }

    /// The scheme that the client used: the connection's, or what a trusted proxy says.
    public String scheme(RequestHead head, Peer peer, boolean tls) {
        if (peer.trusted()) {
            String said = head.headers().get(Field.X_FORWARDED_PROTO);
            if ("https".equalsIgnoreCase(said)) {
                return "https";
            }
            if ("http".equalsIgnoreCase(said)) {
                return "http";
            }
        }
        return tls ? "https" : "http";
    }

    private static void addHost(RequestHead head) {
        Headers headers = head.headers();
        int name = headers.begin(Field.X_FORWARDED_HOST);
        int length = head.authorityEnd - head.authorityStart;
        headers.ensure(length);
        headers.append(headers.bytes, head.authorityStart, length);
        headers.finish(name, Field.X_FORWARDED_HOST);
    }

    private static void addForwarded(RequestHead head, Peer peer, boolean tls) {
        Headers headers = head.headers();
        String address = peer.address().getHostAddress();
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        String host =
                head.authorityEnd > head.authorityStart ? ";host=\"" + head.authority() + "\"" : "";
        String ours = "for=" + node + host + ";proto=" + (tls ? "https" : "http");
        String before = String.join(", ", headers.all("Forwarded"));
        replace(headers, Field.FORWARDED, before.isEmpty() ? ours : before + ", " + ours);
    }

    private static void requestId(RequestHead head, RandomGenerator random) {
        Headers headers = head.headers();
        int row = headers.find(Field.X_REQUEST_ID, 0);
        if (row >= 0) {
            int start = headers.valueStart(row);
            int end = headers.valueEnd(row);
            if (headers.next(Field.X_REQUEST_ID, row) < 0 && usableId(headers.bytes, start, end)) {
                head.idStart = start;
                head.idEnd = end;
                return;
            }
            headers.remove(Field.X_REQUEST_ID);
        }
        int name = headers.begin(Field.X_REQUEST_ID);
        head.idStart = headers.end;
        headers.ensure(ID_LENGTH);
        writeId(headers.bytes, headers.end, random);
        headers.end += ID_LENGTH;
        head.idEnd = headers.end;
        headers.finish(name, Field.X_REQUEST_ID);
    }

    private static boolean usableId(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] <= ' ' || bytes[i] == 0x7f || bytes[i] == '"') {
                return false;
            }
        }
        return end > start && end - start <= 128;
    }

    /// An id for a request that never became whole.
    public static String newId(RandomGenerator random) {
        byte[] text = new byte[ID_LENGTH];
        writeId(text, 0, random);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /// 100 random bits in Crockford's base 32: no two alike, and readable over the telephone.
    private static void writeId(byte[] out, int at, RandomGenerator random) {
        for (int half = 0; half < 2; half++) {
            long bits = random.nextLong();
            for (int i = 0; i < ID_LENGTH / 2; i++) {
                out[at++] = ID_DIGITS[(int) bits & 31];
                bits >>>= 5;
            }
        }
    }

    /// Byte for byte what was received, with something more.
    private static void replace(Headers headers, Field field, String value) {
        headers.remove(field);
        add(headers, field, value.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void add(Headers headers, Field field, byte[] value) {
        int name = headers.begin(field);
        headers.append(value);
        headers.finish(name, field);
    }

    private static byte[] scheme(boolean tls) {
        return tls ? HTTPS : HTTP;
    }

    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long bit(Field field) {
        return 1L << field.ordinal();
    }
}
