package dev.weir.explain;

import dev.weir.http.Ascii;
import dev.weir.http.Headers;
import dev.weir.listen.Walk;
import dev.weir.tls.ClientCertificate;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A request to be explained. Immutable.
///
/// @param authority host and port as they stand in the URL
/// @param target path and query as they stand there
/// @param fields each as name and value
/// @param peer who connects
/// @param listener by name; empty for the one that fits the URL
/// @param greeting how the connection begins
public record Question(
        String method,
        boolean tls,
        String authority,
        String target,
        List<Line> fields,
        InetAddress peer,
        Optional<String> listener,
        Greeting greeting) {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// A field of the request.
    public record Line(String name, String value) {
        /// @param text `Name: value`
        /// @throws IllegalArgumentException with a sentence for the user
        public static Line parse(String text) {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1).strip();
            if (colon < 0 || !Ascii.token(name) || !Headers.fits(value)) {
                throw new IllegalArgumentException(
                        "\""
                                + text
                                + "\" is no header field (expected: for example 'X-Canary: 1')");
            }
            return new Line(name, value);
        }
    }

    /// How a client begins its connection, where the URL does not say so. Immutable.
    ///
    /// @param http2 whether it speaks HTTP/2 where it can
    /// @param serverName that it asks for in the TLS handshake (SNI), empty for none; left out, the host of the URL, as clients do
    /// @param certificate that it shows where it is asked to
    public record Greeting(
            boolean http2, Optional<String> serverName, ClientCertificate certificate) {
        public static final Greeting USUAL =
                new Greeting(false, Optional.empty(), ClientCertificate.NONE);

        public Greeting withHttp2() {
            return new Greeting(true, serverName, certificate);
        }

        /// @throws IllegalArgumentException with a sentence for the user
        public Greeting asking(String name) {
            if (!name.matches("[A-Za-z0-9_.-]{0,253}")) {
                throw new IllegalArgumentException(
                        "\""
                                + name
                                + "\" is no name that a TLS client asks for (expected: for example shop.example.com)");
            }
            return new Greeting(http2, Optional.of(name), certificate);
        }

        public Greeting showing(ClientCertificate shown) {
            return new Greeting(http2, serverName, shown);
        }

        /// Whether any of it is about TLS.
        public boolean aboutTls() {
            return serverName.isPresent() || certificate.shown();
        }
    }

    public Question {
        fields = List.copyOf(fields);
    }

    /// Comes from this machine, by the listener that fits the URL.
    ///
    /// @throws IllegalArgumentException with a sentence for the user
    public static Question of(String method, String url, List<String> fields) {
        if (!Ascii.token(method)) {
            throw new IllegalArgumentException(
                    "\""
                            + method
                            + "\" is no method (expected: GET, POST, or another word of letters)");
        }
        boolean tls = startsWith(url, HTTPS);
        if (!tls && !startsWith(url, HTTP)) {
            throw wrong(url, "begins with neither http:// nor https://");
        }
        String rest = url.substring((tls ? HTTPS : HTTP).length());
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        String authority = rest.substring(0, end);
        String target = rest.substring(end);
        check(url, authority, target);
        return new Question(
                method,
                tls,
                authority,
                target.startsWith("/") ? target : "/" + target,
                fields.stream().map(Line::parse).toList(),
                InetAddress.getLoopbackAddress(),
                Optional.empty(),
                Greeting.USUAL);
    }

    private static boolean startsWith(String url, String scheme) {
        return url.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static void check(String url, String authority, String target) {
        if (authority.isEmpty()) {
            throw wrong(url, "names no host");
        }
        if (authority.indexOf('@') >= 0) {
            throw wrong(url, "names a user; clients send that in a header field");
        }
        if (target.indexOf('#') >= 0) {
            throw wrong(url, "has a #; clients keep what follows it to themselves");
        }
        if (url.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw wrong(url, "has blanks or letters that no client sends as they are: write %20");
        }
    }

    private static IllegalArgumentException wrong(String url, String what) {
        return new IllegalArgumentException(
                "\"" + url + "\" " + what + " (expected: for example https://example.com/path)");
    }

    public Question from(InetAddress address) {
        return new Question(method, tls, authority, target, fields, address, listener, greeting);
    }

    public Question by(String name) {
        return new Question(
                method, tls, authority, target, fields, peer, Optional.of(name), greeting);
    }

    /// @throws IllegalArgumentException with a sentence for the user, if it says something of TLS and the URL is `http`
    public Question greeting(Greeting greeting) {
        if (greeting.aboutTls() && !tls) {
            throw new IllegalArgumentException(
                    "a name and a certificate are part of a TLS handshake, and the URL begins with http:// (expected: https://)");
        }
        return new Question(method, tls, authority, target, fields, peer, listener, greeting);
    }

    /// The name that the client asks for in the handshake, in lower case; empty if for none. Addresses are no names (RFC 6066 §3).
    String serverName() {
        return greeting.serverName().orElseGet(this::host).toLowerCase(Locale.ROOT);
    }

    private String host() {
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        boolean address = authority.startsWith("[") || host.matches("[0-9.]+");
        return address ? "" : host;
    }

    /// The URL, without secrets in it.
    String url() {
        return (tls ? HTTPS : HTTP) + authority + target;
    }

    /// The path as it stands in the URL.
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// The port that a client would connect to.
    int port() {
        int colon = authority.lastIndexOf(':');
        String digits = colon < 0 ? "" : authority.substring(colon + 1);
        return digits.matches("[0-9]{1,5}")
                ? Integer.parseInt(digits)
                : tls ? HTTPS_PORT : HTTP_PORT;
    }

    /// The head as an HTTP/1.1 client sends it. A `Host` among the fields stands for the URL's.
    byte[] head() {
        List<Line> lines = new ArrayList<>(fields);
        if (lines.stream().noneMatch(line -> line.name().equalsIgnoreCase("Host"))) {
            lines.addFirst(new Line("Host", authority));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(method + " " + target + " HTTP/1.1\r\n"));
        for (Line line : lines) {
            out.writeBytes(bytes(line.name + ": " + line.value + "\r\n"));
        }
        out.writeBytes(bytes("\r\n"));
        return out.toByteArray();
    }

    /// The same as an HTTP/2 client sends it, which names the host in `:authority`.
    List<Walk.Http2Field> http2Head(String scheme) {
        List<Walk.Http2Field> head = new ArrayList<>();
        head.add(new Walk.Http2Field(":method", method));
        head.add(new Walk.Http2Field(":scheme", scheme));
        head.add(new Walk.Http2Field(":authority", field("host").orElse(authority)));
        head.add(new Walk.Http2Field(":path", target));
        for (Line line : fields) {
            String name = line.name.toLowerCase(Locale.ROOT);
            if (!name.equals("host")) {
                head.add(new Walk.Http2Field(name, line.value));
            }
        }
        return head;
    }

    /// Whether a body follows the head.
    boolean hasBody() {
        return field("content-length").filter(length -> !length.equals("0")).isPresent();
    }

    private Optional<String> field(String name) {
        return fields.stream()
                .filter(line -> line.name.equalsIgnoreCase(name))
                .map(Line::value)
                .findFirst();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
