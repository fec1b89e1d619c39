package dev.weir.http;

import java.nio.charset.StandardCharsets;

/// The head of a response: status and fields.
///
/// Reused response after response, and confined to one event loop.
public final class ResponseHead {
    /// No body, whatever the fields say.
    public static final long NO_BODY = 0;

    /// A body in chunks.
    public static final long CHUNKED = -1;

    /// A body that ends with the connection.
    public static final long UNTIL_CLOSE = -2;

    private final Headers headers = new Headers();

    int status;
    int reasonStart;
    int reasonEnd;
    int minorVersion;
    boolean persistent;
    boolean webSocket;
    long bodyLength;

    /// Content-Length as the field says it, or -1; differs from `bodyLength` for answers to HEAD and for 304.
    long saidLength = -1;

    /// What `Keep-Alive: timeout=…` says, or -1.
    long keepAliveSeconds = -1;

    public void clear() {
        headers.clear();
        status = 0;
        reasonStart = reasonEnd = 0;
        bodyLength = NO_BODY;
        saidLength = -1;
        keepAliveSeconds = -1;
        persistent = false;
        webSocket = false;
    }

    /// Begins an answer that Weir makes itself.
    public void start(int status, long bodyLength) {
        clear();
        this.status = status;
        this.bodyLength = bodyLength;
        // RFC 9110 §8.6: a 204 must not say a length, and a 304 would say another one.
        this.saidLength = status == 204 || status == 304 ? -1 : bodyLength;
        this.minorVersion = 1;
        headers.append(Reasons.of(status).getBytes(StandardCharsets.US_ASCII));
        reasonEnd = headers.end;
    }

    public Headers headers() {
        return headers;
    }

    public int status() {
        return status;
    }

    public boolean informational() {
        return status < 200;
    }

    public String reason() {
        return headers.text(reasonStart, reasonEnd);
    }

    /// Bytes of the body, [#NO_BODY], [#CHUNKED] or [#UNTIL_CLOSE].
    public long bodyLength() {
        return bodyLength;
    }

    public int minorVersion() {
        return minorVersion;
    }

    /// Whether the connection goes on as a WebSocket: a 101 that says so (RFC 6455 §4.2.2).
    public boolean webSocket() {
        return webSocket;
    }

    /// Makes of an endpoint's agreement to a WebSocket, a 101 or a 2xx, the one that the client of this request understands.
    public void agree(RequestHead request) {
        if (request.http2) {
            headers.remove(Field.SEC_WEBSOCKET_ACCEPT);
        } else if (!webSocket) {
            WebSocketHandshake.answer(request, this);
        }
        if (webSocket == request.http2) {
            status = request.http2 ? 200 : 101;
            webSocket = !request.http2;
            reasonStart = headers.end;
            headers.append(Reasons.of(status).getBytes(StandardCharsets.US_ASCII));
            reasonEnd = headers.end;
        }
        saidLength = -1;
    }

    /// Whether the endpoint would take another request on this connection.
    public boolean persistent() {
        return persistent;
    }

    /// How many seconds the endpoint says it keeps an idle connection, or -1.
    public long keepAliveSeconds() {
        return keepAliveSeconds;
    }
}
