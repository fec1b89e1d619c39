package dev.weir.bench.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// What one run sends, how often and over how many connections. Immutable.
///
/// @param port of 127.0.0.1
/// @param rate requests per second
/// @param seconds the recorded part
/// @param warmUpSeconds before it, at the same rate, not recorded
/// @param connections at most so many requests are on their way at once
/// @param idle further connections that serve one request and then stand idle
/// @param idlePort of 127.0.0.1, where those stand
/// @param headers each `Name: value`
/// @param close a connection for each request
/// @param poisson the times of a Poisson process instead of even ones
/// @param seed of the Poisson process
/// @param timeout from the intended time; a request without a whole answer then counts as an error
/// @param waitsForLine on standard input before the first request
public record Plan(
        int port,
        double rate,
        double seconds,
        double warmUpSeconds,
        int connections,
        int idle,
        int idlePort,
        String method,
        int bodyBytes,
        String target,
        List<String> headers,
        boolean close,
        boolean poisson,
        long seed,
        Duration timeout,
        boolean waitsForLine) {

    /// Reads the words of a command line.
    ///
    /// @throws IllegalArgumentException with a sentence for people, if a word is wrong or missing
    public static Plan parse(String... words) {
        var read = new Words(words);
        boolean poisson = read.said("--poisson");
        if (!poisson && read.has("--seed")) {
            throw new IllegalArgumentException("--seed says nothing without --poisson");
        }
        int port = (int) read.whole("--port", 1, 65_535);
        var plan =
                new Plan(
                        port,
                        read.number("--rate", 0.001, 1_000_000),
                        read.number("--seconds", 0.001, 86_400),
                        read.number("--warm-up-seconds", 0, 3_600),
                        (int) read.whole("--connections", 1, 20_000),
                        (int) read.whole("--idle", 0, 1_000_000),
                        read.has("--idle-port") ? (int) read.whole("--idle-port", 1, 65_535) : port,
                        read.text("--method"),
                        (int) read.whole("--body-bytes", 0, 64 << 20),
                        read.text("--target"),
                        read.headers(),
                        read.said("--close"),
                        poisson,
                        read.whole("--seed", Long.MIN_VALUE, Long.MAX_VALUE),
                        Duration.ofMillis(
                                (long) (1e3 * read.number("--timeout-seconds", 0.001, 60))),
                        read.said("--wait"));
        if (plan.rate * (plan.seconds + plan.warmUpSeconds) > Schedule.MOST_REQUESTS) {
            throw new IllegalArgumentException(
                    "--rate × --seconds is more than %,d requests"
                            .formatted(Schedule.MOST_REQUESTS));
        }
        return plan;
    }

    /// The bytes of one request, body included.
    ///
    /// @param last whether to say that the connection ends with it
    byte[] request(boolean last) {
        var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        if (headers.stream().noneMatch(header -> header.regionMatches(true, 0, "host:", 0, 5))) {
            head.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (bodyBytes > 0) {
            head.append("Content-Length: ").append(bodyBytes).append("\r\n");
        }
        if (last) {
            head.append("Connection: close\r\n");
        }
        head.append("\r\n").repeat('b', bodyBytes);
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
