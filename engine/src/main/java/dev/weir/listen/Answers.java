package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.http.Field;
import dev.weir.http.Reasons;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import dev.weir.observe.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Makes the head and body of an answer of Weir's own: a plain line, or a problem document where the client
/// prefers JSON (RFC 9457), or a status of gRPC where that is spoken. Says the request id and nothing from inside.
public final class Answers {
    private static final byte[] NOTHING = {};

    /// Statuses from here on say what went wrong.
    private static final int FIRST_TOLD = 400;

    private Answers() {}

    /// Fills the exchange's response head and returns the body.
    public static byte[] write(Exchange exchange, Reply reply) {
        if (reply.status() >= FIRST_TOLD && GrpcAnswer.isAsked(exchange.request())) {
            GrpcAnswer.write(exchange, reply);
            return NOTHING;
        }
        Failure failure = reply.failure();
        ResponseHead head = exchange.response();
        boolean described = failure != null && reply.body().length == 0;
        boolean json = described && prefersJson(exchange.request().headers().get(Field.ACCEPT));
        byte[] body =
                described && failure != null
                        ? describe(failure, exchange.id(), json)
                        : reply.body();
        head.start(reply.status(), body.length);
        var headers = head.headers();
        if (described) {
            headers.set(
                    Field.CONTENT_TYPE,
                    json ? "application/problem+json" : "text/plain; charset=utf-8");
        }
        for (Reply.Entry entry : reply.fields()) {
            headers.add(entry.name(), entry.value());
        }
        int retryAfter = exchange.record.retryAfterSeconds;
        if (retryAfter > 0 && !headers.has("Retry-After")) {
            headers.add("Retry-After", Integer.toString(retryAfter));
        }
        headers.set(Field.X_REQUEST_ID, exchange.id());
        return body;
    }

    /// The `grpc-status` that stands for such an answer; empty if the client does not speak gRPC, or is told the status itself.
    public static OptionalInt grpcStatus(RequestHead request, int status) {
        return status >= FIRST_TOLD && GrpcAnswer.isAsked(request)
                ? OptionalInt.of(GrpcAnswer.code(status))
                : OptionalInt.empty();
    }

    private static byte[] describe(Failure failure, String id, boolean json) {
        String text;
        if (json) {
            text =
                    "{\"type\":\"about:blank\",\"title\":"
                            + Json.quote(Reasons.of(failure.status()))
                            + ",\"status\":"
                            + failure.status()
                            + ",\"detail\":"
                            + Json.quote(failure.says())
                            + ",\"reason\":"
                            + Json.quote(failure.reason())
                            + ",\"request_id\":"
                            + Json.quote(id)
                            + "}\n";
        } else {
            text =
                    failure.status()
                            + " "
                            + Reasons.of(failure.status())
                            + ": "
                            + failure.says()
                            + " (request "
                            + id
                            + ")\n";
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether JSON is named in `Accept` and no text type is liked better (RFC 9110 §12.5.1). Wildcards say nothing.
    static boolean prefersJson(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        double json = 0;
        double text = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip();
            double quality = quality(parts);
            if (type.equals("application/json") || type.endsWith("+json")) {
                json = Math.max(json, quality);
            } else if (type.startsWith("text/")) {
                text = Math.max(text, quality);
            }
        }
        return json > 0 && json >= text;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.matches("q=[01](\\.[0-9]{0,3})?")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
