package dev.weir.exchange;

import dev.weir.http.Parsed;

/// The one table of what can go wrong on the way of a request: what happened, whose fault it is, and what the
/// client gets. Status, `reason` in the access log, metric label and the page "Why did I get a 502?" come from here.
///
/// An enum rather than a sealed interface of records: no case carries data of its own, and a table that can
/// be listed is what the docs page and the metrics need.
public enum Failure {
    BAD_REQUEST(
            400,
            "bad-request",
            Fault.CLIENT,
            "The request is not well-formed HTTP.",
            "Weir reads requests strictly (RFC 9112), because what two servers read differently can be used to smuggle a request past one of them. The connection is closed."),
    BAD_HELLO(
            400,
            "bad-hello",
            Fault.CLIENT,
            "The connection does not begin with a TLS ClientHello.",
            "The listener passes connections on by the server name that TLS clients ask for (`tcp.sni`), and this one began with something else. It was reset; the status stands in this table only."),
    UNAUTHENTICATED(
            401,
            "unauthenticated",
            Fault.CLIENT,
            "A valid token is required.",
            "The route has a `jwt` filter, and the request carries no token, or one that is malformed, expired, for somebody else, or not signed by a configured key."),
    FORBIDDEN(
            403,
            "forbidden",
            Fault.CLIENT,
            "This is not allowed.",
            "An `ip-allow` or `ip-deny` filter refuses the client's address, or a `jwt` filter requires a claim that the token lacks."),
    NO_ROUTE(
            404,
            "no-route",
            Fault.CLIENT,
            "No route matches this request.",
            "No entry of `routes` matches host, path and the other conditions; or none of a listener's `tcp.sni` the server name, and there is no `to` for the rest."),
    METHOD_NOT_ALLOWED(
            405,
            "method-not-allowed",
            Fault.CLIENT,
            "This method is not allowed here.",
            "Routes match the request but for its method; `Allow` lists those that would. `TRACE` and `CONNECT` are never forwarded."),
    HEAD_TIMEOUT(
            408,
            "head-timeout",
            Fault.CLIENT,
            "The request head took too long.",
            "The head, or the ClientHello where a listener routes by server name, was not complete within `limits.header-timeout`."),
    BODY_TIMEOUT(
            408,
            "body-timeout",
            Fault.CLIENT,
            "The request body took too long.",
            "No byte of the body arrived within `limits.body-idle`, or less than 4 KiB within twice that time."),
    BODY_TOO_LARGE(
            413,
            "body-too-large",
            Fault.CLIENT,
            "The request body is too large.",
            "The body is larger than the route's `body-limit`."),
    TARGET_TOO_LONG(
            414,
            "target-too-long",
            Fault.CLIENT,
            "The request line is too long.",
            "The request line is longer than `limits.request-line`."),
    EXPECTATION_FAILED(
            417,
            "expectation-failed",
            Fault.CLIENT,
            "This expectation is not known.",
            "The request has an `Expect` field with something else than `100-continue`."),
    MISDIRECTED(
            421,
            "misdirected",
            Fault.CLIENT,
            "This host is not served on this connection.",
            "The client asked for one name in the TLS handshake (SNI) and for another host in the request, which has another certificate. A client that makes a connection of its own for the host gets its answer."),
    RATE_LIMITED(
            429,
            "rate-limited",
            Fault.CLIENT,
            "Too many requests.",
            "A `rate-limit` filter let as many pass as it may; `Retry-After` says when the next one will."),
    HEAD_TOO_LARGE(
            431,
            "head-too-large",
            Fault.CLIENT,
            "The request head is too large.",
            "The fields are larger than `limits.headers` or more than `limits.header-count`."),
    CLIENT_GONE(
            499,
            "client-gone",
            Fault.CLIENT,
            "The client went away.",
            "The client closed its connection before the answer was complete. The status stands in the access log only."),
    CLIENT_STALLED(
            499,
            "client-stalled",
            Fault.CLIENT,
            "The client took nothing of the answer.",
            "For five minutes the client took less than 32 KiB of an answer that had begun and waited; its connection is cut. The status stands in this table only."),
    INTERNAL(
            500,
            "internal",
            Fault.WEIR,
            "Something went wrong in Weir.",
            "This is a bug; the log has a line with the same request id."),
    NOT_IMPLEMENTED(
            501,
            "not-implemented",
            Fault.CLIENT,
            "This transfer coding is not known.",
            "The request has a transfer coding other than `chunked`."),
    PROTOCOL_UNKNOWN(
            501,
            "protocol-unknown",
            Fault.CLIENT,
            "This protocol is not spoken here.",
            "A `CONNECT` of HTTP/2 asks for another `:protocol` than `websocket`, or for a WebSocket where the route allows none (`upgrade: []`) or answers by itself."),
    CONNECT_REFUSED(
            502,
            "connect-refused",
            Fault.ENDPOINT,
            "The service could not be reached.",
            "The endpoints that were tried refused the connection or could not be reached: nothing listens there, or the network says no."),
    TLS_FAILED(
            502,
            "tls-failed",
            Fault.ENDPOINT,
            "The service could not be reached.",
            "An endpoint took the connection, but the TLS handshake failed: it speaks no TLS on that port, no version or cipher that Weir does, or wants a certificate (`tls.client-cert`). The log says what was wrong."),
    CERTIFICATE_UNTRUSTED(
            502,
            "certificate-untrusted",
            Fault.ENDPOINT,
            "The service could not be reached.",
            "The endpoint's certificate was not issued by anybody in `tls.ca` (without it, by anybody that the JDK trusts), or has expired. Nothing was sent to it."),
    CERTIFICATE_NAME(
            502,
            "certificate-name",
            Fault.ENDPOINT,
            "The service could not be reached.",
            "The endpoint's certificate is for other names than the endpoint's host or `tls.server-name`. Nothing was sent to it."),
    ENDPOINT_RESET(
            502,
            "endpoint-reset",
            Fault.ENDPOINT,
            "The service broke off.",
            "The endpoint closed the connection before it answered, and the request could not be repeated safely."),
    BAD_ANSWER(
            502,
            "bad-answer",
            Fault.ENDPOINT,
            "The service answered something that is not HTTP.",
            "The endpoint's answer breaks RFC 9112 or `limits`; its connection is closed."),
    NO_WEBSOCKET(
            502,
            "no-websocket",
            Fault.ENDPOINT,
            "The service does not speak WebSocket here.",
            "The client asked for a WebSocket, and no endpoint that was tried takes one: an endpoint with `protocol: h2` or `h2c` has not announced that it takes extended CONNECTs (RFC 8441, `SETTINGS_ENABLE_CONNECT_PROTOCOL`), or an HTTP/1.1 endpoint answered the `CONNECT` of an HTTP/2 client with an ordinary page, which that client would take for its agreement."),
    ANSWER_CUT(
            502,
            "answer-cut",
            Fault.ENDPOINT,
            "The service broke off in the middle of its answer.",
            "The answer had begun, so the client's connection is cut: an answer that is not whole must not look whole. The status stands in the access log only."),
    REFUSED(
            503,
            "endpoint-refused",
            Fault.ENDPOINT,
            "The service is refusing requests.",
            "The endpoints that were tried refused the request's HTTP/2 stream, or were closing its connection, before they did anything with it (`REFUSED_STREAM`, `GOAWAY`), and no other one was left to try."),
    NO_ENDPOINT(
            503,
            "no-endpoint",
            Fault.ENDPOINT,
            "No endpoint of the service is up.",
            "Health checks say that every endpoint of the service is down, and none of those that panic may use answered its last check; `Retry-After` says when they are asked again. Or `discover` has found no endpoint yet; a line of Weir's says why."),
    DRAINING(
            503,
            "draining",
            Fault.WEIR,
            "Weir is stopping.",
            "The drain time is over and the request was cut."),
    OVERLOADED(
            503,
            "overloaded",
            Fault.WEIR,
            "There is no room for this request now.",
            "Requests and answers under way hold nearly as much memory as `limits.memory` allows: many clients that read slowly, or endpoints that take nothing."),
    QUEUE_FULL(
            503,
            "queue-full",
            Fault.WEIR,
            "The service is busy.",
            "The service has `connections.max` requests under way and `connections.pending` more waiting. Its endpoints are slower than requests come, or the limits are too low for them."),
    QUEUE_TIMEOUT(
            503,
            "queue-timeout",
            Fault.WEIR,
            "The service is busy.",
            "The service has `connections.max` requests under way, and this one got no turn: it waited `connections.max-wait`, or a twentieth of that because the line had not been empty for so long. `queue_ms` says how long it waited."),
    CONCURRENCY_LIMIT(
            503,
            "concurrency-limit",
            Fault.WEIR,
            "The service is busy.",
            "A `concurrency-limit` filter had as many requests under way as it lets through; with `gradient` that is as many as the service answers without getting slow."),
    SHED(
            503,
            "shed",
            Fault.WEIR,
            "The service is busy.",
            "There was not room for all, and this request's `priority` is lower than others': a line was full, a `concurrency-limit` was near, or memory was short."),
    THROTTLED(
            503,
            "throttled",
            Fault.ENDPOINT,
            "The service is refusing requests.",
            "The service's endpoints fail or refuse so many requests that `throttle` held this one back: those that could do no good are not sent."),
    NO_SOCKET(
            503,
            "no-socket",
            Fault.WEIR,
            "There is no room for this request now.",
            "Weir could not open another connection to an endpoint, because it has no file descriptor or no local port left: raise `ulimit -n` or `net.ipv4.ip_local_port_range`."),
    CONNECT_TIMEOUT(
            504,
            "connect-timeout",
            Fault.ENDPOINT,
            "The service took too long to accept a connection.",
            "No endpoint that was tried accepted a connection within `connections.connect-timeout`."),
    TLS_TIMEOUT(
            504,
            "tls-timeout",
            Fault.ENDPOINT,
            "The service took too long to accept a connection.",
            "An endpoint took the connection, but the TLS handshake was not done within `connections.tls-timeout`."),
    ANSWER_TIMEOUT(
            504,
            "answer-timeout",
            Fault.ENDPOINT,
            "The service took too long to answer.",
            "The head of the answer did not come within the route's `timeout`."),
    ATTEMPT_TIMEOUT(
            504,
            "attempt-timeout",
            Fault.ENDPOINT,
            "The service took too long to answer.",
            "The last attempt had no answer within the route's `retry.per-try-timeout`, and another one was not allowed; `failed_attempts` in the access log names those before."),
    ANSWER_IDLE(
            504,
            "answer-idle",
            Fault.ENDPOINT,
            "The service stopped in the middle of its answer.",
            "The answer had begun and then stood still for the route's `timeout.idle`, so the client's connection is cut. The status stands in this table only."),
    TUNNEL_BROKEN(
            502,
            "tunnel-broken",
            Fault.ENDPOINT,
            "The service broke the connection off.",
            "A connection that was passed on as it is, a TCP or WebSocket connection, was reset by the endpoint; so was the client's. The status stands in this table only."),
    TUNNEL_IDLE(
            504,
            "tunnel-idle",
            Fault.ENDPOINT,
            "Nothing was sent for too long.",
            "On a connection that was passed on as it is nothing moved in either direction for as long as it may be idle: `idle` of a listener's `tcp`, `timeout.tunnel` of a route. Both its ends were reset; the status stands in this table only."),
    REQUEST_TIMEOUT(
            504,
            "request-timeout",
            Fault.ENDPOINT,
            "The request took too long.",
            "The exchange was not over within the route's `timeout.request`, whatever moved. If the answer had begun, the client's connection is cut."),
    VERSION_NOT_SUPPORTED(
            505,
            "version-not-supported",
            Fault.CLIENT,
            "This version of HTTP is not supported.",
            "The request says another major version than HTTP/1.");

    /// Whose fault a failure is.
    public enum Fault {
        CLIENT,
        ENDPOINT,
        WEIR
    }

    private final int status;
    private final String reason;
    private final Fault fault;
    private final String says;
    private final String explanation;

    Failure(int status, String reason, Fault fault, String says, String explanation) {
        this.status = status;
        this.reason = reason;
        this.fault = fault;
        this.says = says;
        this.explanation = explanation;
    }

    /// What refuses a request that cannot be read.
    public static Failure of(Parsed parsed) {
        return switch (parsed) {
            case LINE_TOO_LONG -> TARGET_TOO_LONG;
            case HEAD_TOO_LARGE -> HEAD_TOO_LARGE;
            case VERSION_NOT_SUPPORTED -> VERSION_NOT_SUPPORTED;
            case CODING_NOT_SUPPORTED -> NOT_IMPLEMENTED;
            case EXPECTATION_NOT_SUPPORTED -> EXPECTATION_FAILED;
            case PROTOCOL_NOT_SUPPORTED -> PROTOCOL_UNKNOWN;
            case MALFORMED, INCOMPLETE, COMPLETE -> BAD_REQUEST;
        };
    }

    /// The status that the client gets.
    public int status() {
        return status;
    }

    /// The word in the access log and in metrics.
    public String reason() {
        return reason;
    }

    public Fault fault() {
        return fault;
    }

    /// One plain line for the client; says no address and no name from inside.
    public String says() {
        return says;
    }

    /// What led here and what to look at, for the docs page.
    public String explanation() {
        return explanation;
    }
}
