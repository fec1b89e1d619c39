package dev.weir.admin;

import dev.weir.schema.HostPort;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Who may use the admin API. Immutable; thread-safe.
///
/// The socket's file says who may open it, so whoever has is let in. By the network, three things must hold, in this order:
///
/// 1. `Host` is the address that was connected to, a loopback name, or a configured one. A foreign page can make its own name lead to
///    127.0.0.1 (DNS rebinding), and is then of the same origin as what answers there; but its name stands in `Host`.
/// 2. No foreign page asks (`Sec-Fetch-Site`, `Origin`), but for a link that somebody follows.
/// 3. If there is a token, it is shown (RFC 6750 §2.1). It is compared in constant time.
final class Access {
    private static final String BEARER = "bearer ";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private final Optional<byte[]> token;
    private final Set<String> names = new HashSet<>(LOOPBACK);

    Access(AdminConfig config) {
        this.token = config.token().map(Access::digest);
        config.hosts().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        config.listen()
                .at()
                .map(HostPort::host)
                .filter(host -> !host.isEmpty())
                .ifPresent(host -> names.add(host.toLowerCase(Locale.ROOT)));
    }

    /// Lets a request pass, or says why not.
    ///
    /// @param local the address that was connected to; a Unix socket's is no [InetSocketAddress]
    /// @param open whether the operation tells nothing and changes nothing, so that no token is asked for
    void check(HttpRequest request, SocketAddress local, boolean open) throws Refused {
        if (!(local instanceof InetSocketAddress at)) {
            return;
        }
        host(request.headers(), at);
        site(request);
        if (!open && token.isPresent()) {
            token(request.headers(), token.get());
        }
    }

    private void host(HttpHeaders headers, InetSocketAddress at) throws Refused {
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1) {
            throw new Refused(400, "a request names its host once");
        }
        String name = name(hosts.getFirst());
        if (!names.contains(name) && !isAddress(name, at.getAddress())) {
            throw new Refused(
                    403,
                    "the admin API is not asked for by the name "
                            + printable(name)
                            + "; if it should be, add it to admin › hosts");
        }
    }

    /// Without the port and brackets, in small letters.
    private static String name(String host) {
        String text = host.toLowerCase(Locale.ROOT);
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? text : text.substring(1, end);
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean isAddress(String name, InetAddress at) {
        try {
            return InetAddress.ofLiteral(name).equals(at);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String printable(String name) {
        String start = name.substring(0, Math.min(name.length(), 80));
        return start.replaceAll("[^a-z0-9.:_-]", "?");
    }

    private static void site(HttpRequest request) throws Refused {
        HttpHeaders headers = request.headers();
        String site = headers.get("Sec-Fetch-Site", "none");
        boolean foreign = !site.equals("none") && !site.equals("same-origin");
        boolean link =
                request.method().equals(HttpMethod.GET)
                        && headers.get("Sec-Fetch-Mode", "").equals("navigate")
                        && headers.get("Sec-Fetch-Dest", "").equals("document");
        if (foreign && !link) {
            throw new Refused(403, "a page of another site asks (Sec-Fetch-Site: cross-site)");
        }
        // Browsers without Sec-Fetch-Site say where a POST comes from all the same.
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !origin.equalsIgnoreCase("http://" + headers.get("Host"))) {
            throw new Refused(403, "a page of another origin asks");
        }
    }

    private static void token(HttpHeaders headers, byte[] wanted) throws Refused {
        String shown = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        boolean bearer = shown.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (!bearer) {
            throw unauthorized(
                    "Bearer realm=\"weir admin\"", "show the token: Authorization: Bearer …");
        }
        // Digests have one length, so that comparing takes the same time whatever was shown.
        if (!MessageDigest.isEqual(digest(shown.substring(BEARER.length()).strip()), wanted)) {
            throw unauthorized(
                    "Bearer realm=\"weir admin\", error=\"invalid_token\"",
                    "this is not the token of admin › token");
        }
    }

    private static Refused unauthorized(String challenge, String detail) {
        return new Refused(401, detail).with("WWW-Authenticate", challenge);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
