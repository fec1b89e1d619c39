package dev.weir.health;

import dev.weir.http.Ascii;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Active checks of every endpoint of a service. Immutable.
@Says("Checks of every endpoint, all in parallel.")
public record HealthConfig(
        @Says(value = "Path of an HTTP check.", example = "/healthz") Optional<String> path,
        @Says("Port to check, where it is not the endpoint's own.")
                @Within(min = "1", max = "65535")
                Optional<Integer> port,
        @Says("Method of an HTTP check.") String method,
        @Says("Fields of the check's request.") Map<String, String> headers,
        @Says(value = "Status codes that count as up.", example = "200-299") StatusRange status,
        @Says("Text that the answer's first 64 KiB must contain.") Optional<String> body,
        @Says("Time between checks, ±20 %; every second at most while the state is in doubt.")
                @Within(min = "10ms", max = "24h")
                Duration every,
        @Says("Time for one check, connect included.") @Within(min = "1ms", max = "10m")
                Duration timeout,
        @Says("Good checks in a row that bring an endpoint up.") @Within(min = "1", max = "100")
                int upAfter,
        @Says("Bad checks in a row that take an endpoint down.") @Within(min = "1", max = "100")
                int downAfter,
        @Says(
                        "How to check; `http` when there is a path, else `tcp`. `grpc` asks the gRPC health protocol, and needs endpoints that speak HTTP/2.")
                Optional<Protocol> protocol,
        @Says(
                        value =
                                "Whose state a `grpc` check asks for; left out, that of the endpoint as a whole.",
                        example = "shop.v1.Orders")
                Optional<String> service) {

    public static final HealthConfig DEFAULTS =
            new HealthConfig(
                    Optional.empty(),
                    Optional.empty(),
                    "GET",
                    Map.of(),
                    new StatusRange(200, 399),
                    Optional.empty(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    2,
                    3,
                    Optional.empty(),
                    Optional.empty());

    public HealthConfig {
        headers = Map.copyOf(headers);
        path.ifPresent(
                p -> {
                    if (!p.startsWith("/")) {
                        throw new IllegalArgumentException("a path begins with a slash: /" + p);
                    }
                });
        if (protocol.equals(Optional.of(Protocol.HTTP)) && path.isEmpty()) {
            throw new IllegalArgumentException("an http check needs a path");
        }
        if (protocol.equals(Optional.of(Protocol.TCP)) && path.isPresent()) {
            throw new IllegalArgumentException("a tcp check has no path");
        }
        if (protocol.equals(Optional.of(Protocol.GRPC)) && path.isPresent()) {
            throw new IllegalArgumentException("a grpc check has no path, but may have a service");
        }
        if (service.isPresent() && !protocol.equals(Optional.of(Protocol.GRPC))) {
            throw new IllegalArgumentException("a service is for grpc checks: add protocol: grpc");
        }
        if (service.orElse("").length() > GrpcCheck.LONGEST_SERVICE
                || !service.orElse("").chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "a service is a name such as shop.v1.Orders, of no more than 127 characters");
        }
        if (path.isEmpty() && (body.isPresent() || !headers.isEmpty())) {
            throw new IllegalArgumentException("headers and body are for http checks: add a path");
        }
        if (body.isPresent() && method.equals("HEAD")) {
            throw new IllegalArgumentException("the answer to HEAD has no body to look through");
        }
        // What would break the lines of the check's request.
        if (!path.orElse("/").chars().allMatch(c -> c < 128 && Ascii.target((byte) c))) {
            throw new IllegalArgumentException(
                    "a path has no blanks, and no characters beyond ASCII: write %20 for a blank");
        }
        if (!Ascii.token(method)) {
            throw new IllegalArgumentException("a method is one word, such as GET");
        }
        refuseBrokenFields(headers);
    }

    /// How long an endpoint that stops may go unnoticed.
    public Duration noticed() {
        // Duration.multipliedBy goes through BigDecimal, which takes a start 17 ms to load.
        return Duration.ofNanos(every.toNanos() * downAfter);
    }

    private static void refuseBrokenFields(Map<String, String> headers) {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(
                (name, value) -> {
                    if (!Ascii.token(name)) {
                        throw new IllegalArgumentException("not a field name: " + name);
                    }
                    if (!value.chars().allMatch(c -> c > 127 || Ascii.value((byte) c))) {
                        throw new IllegalArgumentException(
                                "the field " + name + " has a line break or control character");
                    }
                    if (!seen.add(name)) {
                        throw new IllegalArgumentException("the field " + name + " stands twice");
                    }
                });
    }

    /// Says `tcp` or a path.
    @Short("`tcp`, or a path for an HTTP check")
    public static HealthConfig of(String tcpOrPath) {
        if (tcpOrPath.equals("tcp")) {
            return DEFAULTS;
        }
        if (!tcpOrPath.startsWith("/")) {
            throw new IllegalArgumentException("expected: tcp, or a path that begins with a slash");
        }
        HealthConfig d = DEFAULTS;
        return new HealthConfig(
                Optional.of(tcpOrPath),
                d.port,
                d.method,
                d.headers,
                d.status,
                d.body,
                d.every,
                d.timeout,
                d.upAfter,
                d.downAfter,
                d.protocol,
                d.service);
    }

    public HealthConfig withTiming(Duration every, Duration timeout) {
        return new HealthConfig(
                path, port, method, headers, status, body, every, timeout, upAfter, downAfter,
                protocol, service);
    }

    public HealthConfig withThresholds(int upAfter, int downAfter) {
        return new HealthConfig(
                path, port, method, headers, status, body, every, timeout, upAfter, downAfter,
                protocol, service);
    }

    /// Asks another port than the endpoint's own.
    public HealthConfig withPort(int port) {
        return new HealthConfig(
                path,
                Optional.of(port),
                method,
                headers,
                status,
                body,
                every,
                timeout,
                upAfter,
                downAfter,
                protocol,
                service);
    }

    /// A check by the gRPC health protocol.
    ///
    /// @param service whose state is asked for; empty for that of the endpoint as a whole
    public static HealthConfig grpc(String service) {
        HealthConfig d = DEFAULTS;
        return new HealthConfig(
                d.path,
                d.port,
                d.method,
                d.headers,
                d.status,
                d.body,
                d.every,
                d.timeout,
                d.upAfter,
                d.downAfter,
                Optional.of(Protocol.GRPC),
                service.isEmpty() ? Optional.empty() : Optional.of(service));
    }

    /// Asks in another way.
    public HealthConfig withRequest(String method, Map<String, String> headers) {
        return new HealthConfig(
                path, port, method, headers, status, body, every, timeout, upAfter, downAfter,
                protocol, service);
    }

    /// Expects another status.
    public HealthConfig withStatus(StatusRange status) {
        return new HealthConfig(
                path, port, method, headers, status, body, every, timeout, upAfter, downAfter,
                protocol, service);
    }

    /// Expects a text in the answer, too.
    public HealthConfig withBody(String text) {
        return new HealthConfig(
                path,
                port,
                method,
                headers,
                status,
                Optional.of(text),
                every,
                timeout,
                upAfter,
                downAfter,
                protocol,
                service);
    }

    /// The kinds of check.
    public enum Protocol {
        HTTP,
        TCP,
        GRPC
    }

    /// Status codes from the first to the last, both included: `200-399` or `204`.
    public record StatusRange(int first, int last) {
        public StatusRange {
            if (first < 100 || last > 599 || first > last) {
                throw new IllegalArgumentException(
                        "expected: a status or a range, such as 200-399");
            }
        }

        @Short("a status or a range: `204`, `200-399`")
        public static StatusRange parse(String text) {
            if (!text.matches("[1-5][0-9]{2}(-[1-5][0-9]{2})?")) {
                throw new IllegalArgumentException(
                        "expected: a status or a range, such as 200-399");
            }
            return new StatusRange(
                    Integer.parseInt(text.substring(0, 3)),
                    Integer.parseInt(text.substring(text.length() - 3)));
        }

        public boolean contains(int status) {
            return first <= status && status <= last;
        }

        @Override
        public String toString() {
            return first == last ? "" + first : first + "-" + last;
        }
    }
}
