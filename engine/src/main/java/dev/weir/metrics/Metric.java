package dev.weir.metrics;

import java.util.List;

/// The one table of what Weir tells Prometheus of itself: name, kind, labels and what it means. The page `/metrics` and the reference in the docs
/// come from here.
///
/// Names are OpenTelemetry's where it has some for HTTP, and begin with `weir_` otherwise. No label holds what a client chose: no path, query,
/// user or token; methods that are not known are `_OTHER`, and status codes that nobody has registered are the first of their class. So there
/// are as many series as the configuration has names, times a bound.
public enum Metric {
    // ---- requests ----

    REQUEST_DURATION(
            "http_server_request_duration_seconds",
            Kind.HISTOGRAM,
            "Time from the first byte of a client's request to the last one of its answer; where that is 101, to its head.",
            "http_route",
            "http_request_method",
            "http_response_status_code",
            "url_scheme"),
    REQUEST_BYTES(
            "weir_request_body_bytes_total",
            Kind.COUNTER,
            "Bytes of request bodies that came from clients, and what WebSockets carried.",
            "route"),
    RESPONSE_BYTES(
            "weir_response_body_bytes_total",
            Kind.COUNTER,
            "Bytes of answers' bodies that went to clients, and what WebSockets carried.",
            "route"),
    FAILED_REQUESTS(
            "weir_failed_requests_total",
            Kind.COUNTER,
            "Requests that failed, by the reason in the access log; docs/why-did-i-get.md explains each.",
            "route",
            "reason"),
    REJECTED(
            "weir_rejected_total",
            Kind.COUNTER,
            "Those failed requests for which no endpoint was asked: Weir refused them, or had nobody to ask.",
            "reason"),
    RATE_LIMITED(
            "weir_rate_limited_total",
            Kind.COUNTER,
            "Requests that a rate-limit filter refused.",
            "route"),
    RATE_LIMIT_DRY_RUN(
            "weir_rate_limit_dry_run_total",
            Kind.COUNTER,
            "Requests that a rate-limit filter with `dry-run: true` would have refused.",
            "route"),

    // ---- services and endpoints ----

    ATTEMPT_DURATION(
            "http_client_request_duration_seconds",
            Kind.HISTOGRAM,
            "Time of an attempt, from sending the request to the head of the answer, or to its failure, which error_type names.",
            "service",
            "endpoint",
            "http_response_status_code",
            "error_type"),
    ATTEMPTS(
            "weir_attempts_total",
            Kind.COUNTER,
            "Attempts by how they ended: answered, whatever the status; cut in the middle of the answer; and what an attempt ends with that had no answer.",
            "service",
            "result"),
    RETRIES(
            "weir_retries_total",
            Kind.COUNTER,
            "Requests sent once more, by what had become of the attempt before.",
            "service",
            "reason"),
    RETRY_BUDGET_EXHAUSTED(
            "weir_retry_budget_exhausted_total",
            Kind.COUNTER,
            "Requests that would have been sent once more, had the service's retry budget not been spent.",
            "service"),
    HEDGES(
            "weir_hedges_total",
            Kind.COUNTER,
            "Second attempts made beside the first, because that took long.",
            "service"),
    ENDPOINT_UP(
            "weir_endpoint_up",
            Kind.GAUGE,
            "1 if the endpoint may get requests, 0 if its checks or its traffic say that it does not work.",
            "service",
            "endpoint"),
    ENDPOINT_IN_FLIGHT(
            "weir_endpoint_requests_in_flight",
            Kind.GAUGE,
            "Requests and tunnels under way at the endpoint.",
            "service",
            "endpoint"),
    EJECTIONS(
            "weir_ejections_total",
            Kind.COUNTER,
            "Endpoints thrown out because of their traffic: failures in a row, failing more often or being slower than the others, or failing when they were tried again.",
            "service",
            "reason"),
    POOL_CONNECTIONS(
            "weir_pool_connections",
            Kind.GAUGE,
            "Connections to endpoints: connecting, busy (TLS handshakes and tunnels are in here) or idle.",
            "service",
            "state"),
    POOL_OPENED(
            "weir_pool_connections_opened_total",
            Kind.COUNTER,
            "Connections to endpoints that were accepted.",
            "service"),
    POOL_FAILED(
            "weir_pool_connects_failed_total",
            Kind.COUNTER,
            "Connections to endpoints that were not accepted.",
            "service"),

    // ---- listeners ----

    CONNECTIONS("weir_connections", Kind.GAUGE, "Clients' connections that are open.", "listener"),
    CONNECTIONS_ACCEPTED(
            "weir_connections_accepted_total",
            Kind.COUNTER,
            "Clients' connections that were accepted.",
            "listener"),
    HANDSHAKES_FAILED(
            "weir_tls_handshakes_failed_total",
            Kind.COUNTER,
            "TLS handshakes with clients that failed.",
            "listener"),
    TCP_CONNECTIONS(
            "weir_tcp_connections_total",
            Kind.COUNTER,
            "Connections passed on as they are that are over; with a reason if they failed.",
            "listener",
            "reason"),
    TCP_RECEIVED_BYTES(
            "weir_tcp_received_bytes_total",
            Kind.COUNTER,
            "Bytes that these connections carried from clients.",
            "listener"),
    TCP_SENT_BYTES(
            "weir_tcp_sent_bytes_total",
            Kind.COUNTER,
            "Bytes that these connections carried to clients.",
            "listener"),
    CERTIFICATE_NOT_AFTER(
            "weir_tls_certificate_not_after_timestamp_seconds",
            Kind.GAUGE,
            "When a certificate ends that Weir shows: a listener's to clients, or a service's to its endpoints.",
            "listener",
            "service",
            "certificate",
            "key_type"),

    // ---- the process ----

    LOOP_LAG(
            "weir_loop_lag_seconds",
            Kind.GAUGE,
            "The longest that an event loop let a task wait in the last ten seconds; all its connections waited as long.",
            "loop"),
    LOOP_BLOCKED(
            "weir_loop_blocked_total",
            Kind.COUNTER,
            "How often an event loop was blocked for a second or more; the log says by what.",
            "loop"),
    MEMORY_HELD(
            "weir_memory_held_bytes",
            Kind.GAUGE,
            "What requests and answers under way hold, counted against limits.memory."),
    MEMORY_LIMIT("weir_memory_limit_bytes", Kind.GAUGE, "The limits.memory in force."),
    DIRECT_MEMORY(
            "weir_direct_memory_bytes",
            Kind.GAUGE,
            "Memory outside the heap that Netty has taken for buffers, used or kept."),
    CONFIG_RELOADS(
            "weir_config_reloads_total",
            Kind.COUNTER,
            "Configurations read again while Weir ran: taken, or refused because of a mistake; then the one before stays.",
            "result"),
    LOG_LINES_DROPPED(
            "weir_log_lines_dropped_total",
            Kind.COUNTER,
            "Lines lost because the log's target did not take them, or not fast enough.",
            "log"),
    TRACE_SPANS(
            "weir_trace_spans_total",
            Kind.COUNTER,
            "Spans of traced requests: taken by the collector, or dropped, because it did not take them, or not fast enough.",
            "result"),
    BUILD_INFO(
            "weir_build_info",
            Kind.INFO,
            "Which Weir this is, and on what it runs.",
            "version",
            "transport");

    /// What kind of number it is.
    public enum Kind {
        /// Only grows.
        COUNTER,
        /// Goes up and down.
        GAUGE,
        /// Counts by bounds, with their sum.
        HISTOGRAM,
        /// Always 1; its labels tell.
        INFO
    }

    private final String text;
    private final Kind kind;
    private final String help;
    private final List<String> labels;

    Metric(String text, Kind kind, String help, String... labels) {
        this.text = text;
        this.kind = kind;
        this.help = help;
        this.labels = List.of(labels);
    }

    /// The name on the page.
    public String text() {
        return text;
    }

    public Kind kind() {
        return kind;
    }

    public String help() {
        return help;
    }

    /// A label without a value is left out.
    public List<String> labels() {
        return labels;
    }
}
