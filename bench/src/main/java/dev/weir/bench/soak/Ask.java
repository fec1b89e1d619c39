package dev.weir.bench.soak;

/// One request that a client of the soak makes. Immutable.
///
/// @param path where to; `/lies/…` leads to the service `lies`, everything else to `work`
/// @param body bytes that it carries; none if -1
/// @param bodyChunked whether they go in chunks
/// @param answer bytes that the answer is to have
/// @param answerChunked whether these come in chunks, their hash in a trailer
/// @param delayMillis how long the endpoint is to wait
record Ask(
        String id,
        Way way,
        String method,
        String path,
        long body,
        boolean bodyChunked,
        long answer,
        boolean answerChunked,
        int delayMillis) {
    /// What the route `/small` takes.
    static final long SMALL_LIMIT = 64 << 10;

    /// So much of a body Weir keeps for another attempt.
    private static final long KEPT = 64 << 10;

    /// What the client does.
    enum Way {
        /// Sends, reads, keeps the connection.
        PLAIN("plain"),
        /// The same with `Connection: close`.
        CLOSE("with Connection: close"),
        /// Two requests in one write.
        PIPELINED("pipelined"),
        /// Takes its time with the answer.
        SLOW_READER("slow reader"),
        /// Takes its time with the body.
        SLOW_WRITER("slow writer"),
        /// Ends its direction in the middle of the body, and resets a little later.
        HALF_CLOSE("half-closes, then resets"),
        /// Resets in the middle of the body.
        CUT_REQUEST("cuts its request"),
        /// Resets in the middle of the answer.
        CUT_ANSWER("cuts its answer"),
        /// Stops in the middle of the body until Weir gives up.
        STALLED("stalls in its body"),
        /// Says both Content-Length and Transfer-Encoding.
        TWO_FRAMINGS("two framings"),
        /// Announces more than the route takes.
        TOO_LARGE("announces too much"),
        /// Sends more chunks than the route takes.
        OVERFLOW("sends too much");

        private final String says;

        Way(String says) {
            this.says = says;
        }

        /// For the report.
        String says() {
            return says;
        }
    }

    /// A GET of this size.
    static Ask get(String id, Way way, String path, long answer) {
        return new Ask(id, way, "GET", path, -1, false, answer, false, 0);
    }

    Ask withDelay(int millis) {
        return new Ask(id, way, method, path, body, bodyChunked, answer, answerChunked, millis);
    }

    /// Whether Weir must refuse it by its head alone, so that no endpoint may see any of it.
    boolean hopeless() {
        return way == Way.TWO_FRAMINGS || way == Way.TOO_LARGE;
    }

    /// Whether Weir must refuse it.
    boolean refused() {
        return hopeless() || way == Way.OVERFLOW || way == Way.STALLED;
    }

    /// Whether the client itself breaks off.
    boolean abandoned() {
        return way == Way.CUT_REQUEST || way == Way.CUT_ANSWER || way == Way.HALF_CLOSE;
    }

    /// Whether a second endpoint may get it (RFC 9110 §9.2.2).
    boolean idempotent() {
        return !method.equals("POST") && !method.equals("PATCH");
    }

    /// Whether Weir can send it again after an endpoint broke off.
    boolean repeatable() {
        return idempotent() && body <= KEPT;
    }

    /// The service that the path leads to.
    String service() {
        return path.startsWith("/lies/") ? "lies" : "work";
    }

    /// The group in the report's table.
    String kind() {
        return method + " " + way.says();
    }

    /// The body, for those that have one.
    Body content() {
        return new Body("body of " + id, Math.max(body, 0));
    }
}
