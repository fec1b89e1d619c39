package dev.weir.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The head of a request: method, target, and the fields. The target is split and its path normalised; what
/// filters see here is what is matched, logged and forwarded.
///
/// Reused request after request, and confined to one event loop.
public final class RequestHead {
    /// No body.
    public static final long NO_BODY = 0;

    /// A body in chunks, of unknown length.
    public static final long CHUNKED = -1;

    private final Headers headers = new Headers();

    int methodStart;
    int methodEnd;
    @Nullable Method knownMethod;
    int pathStart;
    int pathEnd;

    /// The path that an endpoint gets, if it is another one; else empty.
    int sentStart;

    int sentEnd;
    int queryStart;
    int queryEnd;
    int authorityStart;
    int authorityEnd;
    int hostStart;
    int hostEnd;
    int idStart;
    int idEnd;
    int minorVersion;
    boolean persistent;
    boolean expectsContinue;
    boolean lengthSaid;
    boolean webSocket;
    boolean http2;
    boolean takesTrailers;
    long bodyLength;

    private @Nullable String method;
    private @Nullable String path;
    private @Nullable String host;

    /// Forgets everything.
    public void clear() {
        headers.clear();
        knownMethod = null;
        method = null;
        path = null;
        host = null;
        methodStart = methodEnd = pathStart = pathEnd = 0;
        sentStart = sentEnd = 0;
        queryStart = queryEnd = idStart = idEnd = 0;
        minorVersion = 1;
        authorityStart = authorityEnd = hostStart = hostEnd = 0;
        expectsContinue = false;
        lengthSaid = false;
        http2 = false;
        takesTrailers = false;
        persistent = false;
        webSocket = false;
        bodyLength = NO_BODY;
    }

    /// Begins a GET that Weir makes itself, of a target in normal form and of whatever host.
    public void start(String target) {
        clear();
        headers.append(Method.GET.name().getBytes(StandardCharsets.US_ASCII));
        knownMethod = Method.GET;
        methodEnd = pathStart = headers.end;
        headers.append(target.getBytes(StandardCharsets.US_ASCII));
        int query = target.indexOf('?');
        pathEnd = query < 0 ? headers.end : pathStart + query;
        queryStart = query < 0 ? 0 : pathEnd + 1;
        queryEnd = query < 0 ? 0 : headers.end;
        persistent = true;
    }

    /// Becomes a copy of another head, as it stands.
    public void copy(RequestHead other) {
        headers.copy(other.headers);
        methodStart = other.methodStart;
        methodEnd = other.methodEnd;
        knownMethod = other.knownMethod;
        pathStart = other.pathStart;
        pathEnd = other.pathEnd;
        sentStart = other.sentStart;
        sentEnd = other.sentEnd;
        queryStart = other.queryStart;
        queryEnd = other.queryEnd;
        authorityStart = other.authorityStart;
        authorityEnd = other.authorityEnd;
        hostStart = other.hostStart;
        hostEnd = other.hostEnd;
        idStart = other.idStart;
        idEnd = other.idEnd;
        minorVersion = other.minorVersion;
        persistent = other.persistent;
        expectsContinue = other.expectsContinue;
        takesTrailers = other.takesTrailers;
        http2 = other.http2;
        lengthSaid = other.lengthSaid;
        bodyLength = other.bodyLength;
        method = path = host = null;
    }

    public Headers headers() {
        return headers;
    }

    public String method() {
        String text = method;
        if (text == null) {
            Method known = knownMethod;
            text = known != null ? known.name() : headers.text(methodStart, methodEnd);
            method = text;
        }
        return text;
    }

    /// The method if its semantics are known, else null.
    public @Nullable Method knownMethod() {
        return knownMethod;
    }

    /// Whether doing this request twice is as good as once.
    public boolean idempotent() {
        Method known = knownMethod;
        return known != null && known.idempotent();
    }

    /// The normalised path, percent-encoded, beginning with a slash; `*` for `OPTIONS *`.
    public String path() {
        String text = path;
        if (text == null) {
            text = headers.text(pathStart, pathEnd);
            path = text;
        }
        return text;
    }

    /// The query without its question mark as it came, or null if there is none.
    public @Nullable String query() {
        return hasQuery() ? headers.text(queryStart, queryEnd) : null;
    }

    public boolean hasQuery() {
        return queryStart > 0;
    }

    /// The first value of a query parameter, decoded, or null. What cannot be decoded is taken as it stands.
    public @Nullable String queryParameter(String name) {
        String query = query();
        if (query == null) {
            return null;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (decode(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                return equals < 0 ? "" : decode(pair.substring(equals + 1));
            }
        }
        return null;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }

    /// The value of a cookie, or null (RFC 6265 §4.2).
    public @Nullable String cookie(String name) {
        for (String line : headers.all("cookie")) {
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /// Host and port that the client asked for, as it came; empty if an HTTP/1.0 client named none.
    public String authority() {
        return headers.text(authorityStart, authorityEnd);
    }

    /// The host without port in lower case; empty if an HTTP/1.0 client named none.
    public String host() {
        String text = host;
        if (text == null) {
            text = headers.text(hostStart, hostEnd);
            host = text;
        }
        return text;
    }

    /// The id that endpoints see; empty before it is made.
    public String requestId() {
        return headers.text(idStart, idEnd);
    }

    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    public int minorVersion() {
        return minorVersion;
    }

    /// The version that the client spoke, as logs spell it.
    public String protocol() {
        return http2 ? "HTTP/2.0" : minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    /// Whether the client would send another request on this connection.
    public boolean persistent() {
        return persistent;
    }

    /// Whether the client waits for 100 before it sends the body.
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /// Whether the client wants to go on as a WebSocket, and asks for it as it must: by a GET of HTTP/1.1 without a body
    /// (RFC 6455 §4.1), or by an extended CONNECT of HTTP/2 (RFC 8441 §4), which counts as such a GET. What else it asks for to
    /// upgrade to is not passed on.
    public boolean webSocket() {
        return webSocket;
    }

    /// The endpoint is not to be asked for a WebSocket.
    public void noWebSocket() {
        webSocket = false;
    }

    /// Whether any answer with a 2xx would say that the connection goes on as a WebSocket: it is an extended CONNECT.
    public boolean extendedConnect() {
        return webSocket && http2;
    }

    /// Whether it came by HTTP/2.
    public boolean http2() {
        return http2;
    }

    /// Whether the client has said that it takes trailers (`TE: trailers`, RFC 9110 §10.1.4), as gRPC asks of every request.
    public boolean takesTrailers() {
        return takesTrailers;
    }

    /// Bytes of the body, [#NO_BODY] or [#CHUNKED].
    public long bodyLength() {
        return bodyLength;
    }

    /// How much memory the head takes.
    public int heldBytes() {
        return headers.bytes.length;
    }

    /// Whether this is a GET or HEAD with a body, which has no meaning and which some endpoints do not read: they would take
    /// it for the next request (RFC 9110 §9.3.1). It is passed on, and both its connections end with it.
    public boolean hasMeaninglessBody() {
        return bodyLength != NO_BODY && (knownMethod == Method.GET || knownMethod == Method.HEAD);
    }

    /// The bytes that [#pathStart] and [#hostStart] point into; for matching without making strings.
    public byte[] bytes() {
        return headers.bytes;
    }

    public int pathStart() {
        return pathStart;
    }

    public int pathEnd() {
        return pathEnd;
    }

    public int hostStart() {
        return hostStart;
    }

    public int hostEnd() {
        return hostEnd;
    }

    /// Sends another path to the endpoint; the query stays.
    ///
    /// @param newPath percent-encoded, beginning with a slash
    public void rewritePath(String newPath) {
        byte[] text = newPath.getBytes(StandardCharsets.US_ASCII);
        for (byte b : text) {
            if (!Ascii.target(b)) {
                throw new IllegalArgumentException("not a path: " + newPath);
            }
        }
        sentStart = headers.end;
        headers.append(text);
        sentEnd = headers.end;
    }

    /// Sends the end of the path to the endpoint; the query stays.
    ///
    /// @param slash where it begins, a slash within the path
    public void stripPath(int slash) {
        sentStart = slash;
        sentEnd = pathEnd;
    }

    /// The path that the endpoint gets: [#path], unless the route rewrites it.
    public String sentPath() {
        return sentEnd > 0 ? headers.text(sentStart, sentEnd) : path();
    }

    /// Sends another host to the endpoint.
    public void rewriteHost(String newHost) {
        headers.set(Field.HOST, newHost);
    }
}
