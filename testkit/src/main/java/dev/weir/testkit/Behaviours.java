package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Ready-made {@link Behaviour}s, to be combined. Those that answer read the whole request first unless
/// they say otherwise. None sends `100 Continue` by itself but {@link #continue100}. Thread-safe.
public final class Behaviours {
    private static final String TEXT = "Content-Type: text/plain";

    private Behaviours() {}

    /// 200 with `Response from: NAME`.
    public static Behaviour ok(String name) {
        return status(200, "Response from: " + name);
    }

    /// An answer of this status without a body.
    public static Behaviour status(int status) {
        return statusWithHeaders(status);
    }

    /// An answer of this status without a body.
    ///
    /// @param headerLines for example `Retry-After: 1`
    public static Behaviour statusWithHeaders(int status, String... headerLines) {
        boolean mayAnnounce = status >= 200 && status != 204;
        return (request, wire) -> {
            wire.readBody();
            if (mayAnnounce) {
                wire.answer(status, new byte[0], headerLines);
            } else {
                wire.sendHead(status, headerLines);
            }
        };
    }

    /// An answer of this status with a text.
    public static Behaviour status(int status, String text) {
        byte[] body = Text.bytes(text);
        return (request, wire) -> {
            wire.readBody();
            wire.answer(status, body, TEXT);
        };
    }

    /// 200; the body is the request: its head exactly as received, then its body. `X-Echo-Method`,
    /// `X-Echo-Target`, `X-Echo-Body-Length` and `X-Echo-Body-Sha256` repeat the parts; a body over 1 MiB comes back
    /// by length and hash only. `X-Echo-Id` repeats `X-Test-Id`, as in every ready-made answer.
    public static Behaviour echo() {
        return (request, wire) -> {
            wire.readBody();
            ReceivedBody body = request.body();
            var echoed = new ByteArrayOutputStream();
            echoed.writeBytes(Text.bytes(request.rawHead()));
            if (body.isKept()) {
                echoed.writeBytes(body.bytes());
            }
            wire.answer(
                    200,
                    echoed.toByteArray(),
                    "Content-Type: message/http",
                    "X-Echo-Method: " + request.method(),
                    "X-Echo-Target: " + request.target(),
                    "X-Echo-Body-Length: " + body.size(),
                    "X-Echo-Body-Sha256: " + body.sha256());
        };
    }

    /// These bytes, whatever they are; the connection stays open.
    public static Behaviour raw(byte[] bytes) {
        return (request, wire) -> {
            wire.readBody();
            wire.send(bytes);
        };
    }

    /// These bytes, as ISO-8859-1; the connection stays open.
    public static Behaviour raw(String latin1) {
        return raw(Text.bytes(latin1));
    }

    /// These bytes, one at a time with a pause behind each.
    public static Behaviour trickle(byte[] bytes, Duration pause) {
        return (request, wire) -> {
            wire.readBody();
            for (byte b : bytes) {
                wire.send(new byte[] {b});
                wire.pause(pause);
            }
        };
    }

    /// Reads the request, waits, then goes on.
    public static Behaviour delay(Duration time, Behaviour then) {
        return (request, wire) -> {
            wire.readBody();
            wire.pause(time);
            then.answer(request, wire);
        };
    }

    /// Reads the request and never answers.
    public static Behaviour hang() {
        return (request, wire) -> {
            wire.readBody();
            wire.hang();
        };
    }

    /// Closes in order; alone, it is an empty answer.
    public static Behaviour close() {
        return (request, wire) -> {
            wire.readBody();
            wire.close();
        };
    }

    /// Reads the request, then resets the connection without a byte of an answer.
    public static Behaviour resetBeforeAnswer() {
        return (request, wire) -> {
            wire.readBody();
            wire.reset();
        };
    }

    /// Sends a head that announces 100 bytes, then resets the connection.
    public static Behaviour resetAfterHead() {
        return (request, wire) -> {
            wire.readBody();
            wire.sendHead(200, TEXT, "Content-Length: 100");
            wire.reset();
        };
    }

    /// Announces 100 bytes, sends 10, closes.
    public static Behaviour shortBody() {
        return (request, wire) -> {
            wire.readBody();
            wire.sendHead(200, TEXT, "Content-Length: 100");
            wire.send("0123456789");
            wire.close();
        };
    }

    /// Announces 5 bytes, sends `hello` and behind it a whole response that nobody asked for, with the body
    /// `poisoned`. The connection stays open.
    public static Behaviour extraBytes() {
        return (request, wire) -> {
            wire.readBody();
            wire.answer(200, Text.bytes("hello"), TEXT);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned");
        };
    }

    /// 200 in the chunked coding, each part a chunk and a write of its own.
    ///
    /// @param trailers may be empty; their names are announced in `Trailer`
    public static Behaviour chunked(List<String> parts, Map<String, String> trailers) {
        String announced = "Trailer: " + String.join(", ", trailers.keySet());
        var end = new StringBuilder("0\r\n");
        trailers.forEach((name, value) -> end.append(name + ": " + value + "\r\n"));
        end.append("\r\n");
        return (request, wire) -> {
            wire.readBody();
            if (trailers.isEmpty()) {
                wire.sendHead(200, TEXT, "Transfer-Encoding: chunked");
            } else {
                wire.sendHead(200, TEXT, "Transfer-Encoding: chunked", announced);
            }
            for (String part : parts) {
                wire.send(Integer.toHexString(part.length()) + "\r\n" + part + "\r\n");
            }
            wire.send(end.toString());
        };
    }

    /// 200 whose body ends with the connection.
    public static Behaviour closeDelimited(String body) {
        return (request, wire) -> {
            wire.readBody();
            wire.send("HTTP/1.1 200 OK\r\n" + TEXT + "\r\nConnection: close\r\n\r\n" + body);
            wire.close();
        };
    }

    /// An interim response with a `Link` header, before the body is read; then goes on.
    public static Behaviour informational(int status, Behaviour then) {
        return (request, wire) -> {
            wire.send("HTTP/1.1 " + status + " Interim\r\nLink: </style.css>; rel=preload\r\n\r\n");
            then.answer(request, wire);
        };
    }

    /// `100 Continue` if the request expects it, before the body is read; then goes on.
    public static Behaviour continue100(Behaviour then) {
        return (request, wire) -> {
            if ("100-continue".equalsIgnoreCase(request.header("Expect"))) {
                wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            then.answer(request, wire);
        };
    }

    /// Answers as soon as the head is there, then reads the body to its end; the connection stays open.
    public static Behaviour earlyAnswerThenKeepReading(int status, String text) {
        return (request, wire) -> {
            wire.answer(status, Text.bytes(text), TEXT);
            wire.readBody();
        };
    }

    /// 200 with so many header lines, one at a time with a pause before each, and the body `late`.
    public static Behaviour dripHeaders(int count, Duration pause) {
        return (request, wire) -> {
            wire.readBody();
            wire.send("HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < count; i++) {
                wire.pause(pause);
                wire.send("X-Drip-" + i + ": " + i + "\r\n");
            }
            wire.send("Content-Length: 4\r\n\r\nlate");
        };
    }

    /// 200 with a {@link GeneratedBody} of this size and a `Content-Length`, in constant memory.
    public static Behaviour stream(long bytes) {
        var body = new GeneratedBody(bytes);
        return (request, wire) -> {
            wire.readBody();
            wire.sendHead(200, "Content-Length: " + bytes);
            wire.send(body, false);
        };
    }

    /// 200 with a {@link GeneratedBody} of this size in the chunked coding, in constant memory.
    public static Behaviour streamChunked(long bytes) {
        var body = new GeneratedBody(bytes);
        return (request, wire) -> {
            wire.readBody();
            wire.sendHead(200, "Transfer-Encoding: chunked");
            wire.send(body, true);
        };
    }

    /// The first behaviour for the first request at the endpoint, the second for the second …; the last one stays.
    public static Behaviour sequence(Behaviour... behaviours) {
        List<Behaviour> order = List.of(behaviours);
        var next = new AtomicInteger();
        return (request, wire) -> {
            int turn = next.getAndUpdate(n -> Math.min(n + 1, order.size() - 1));
            order.get(turn).answer(request, wire);
        };
    }

    /// By the exact path of the target, query aside; 404 for all others.
    public static Behaviour byPath(Map<String, Behaviour> paths) {
        Map<String, Behaviour> copy = Map.copyOf(paths);
        Behaviour otherwise = status(404);
        return (request, wire) -> {
            int query = request.target().indexOf('?');
            String path = query < 0 ? request.target() : request.target().substring(0, query);
            copy.getOrDefault(path, otherwise).answer(request, wire);
        };
    }
}
