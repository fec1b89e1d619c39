package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.http.Field;
import dev.weir.http.RequestHead;
import dev.weir.http.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A failure as a gRPC client hears of it: status 200 with `grpc-status` and `grpc-message` in a head that is the whole answer.
///
/// Source: gRPC over HTTP/2, "Trailers-Only"; the codes are those of gRPC's HTTP to gRPC Status Code Mapping.
final class GrpcAnswer {
    private static final String TYPE = "application/grpc";
    private static final int UNKNOWN = 2;
    private static final int PERMISSION_DENIED = 7;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private GrpcAnswer() {}

    /// Whether a request is a gRPC call.
    static boolean isAsked(RequestHead request) {
        if (!request.http2()) {
            return false;
        }
        String type = request.headers().get(Field.CONTENT_TYPE);
        return type != null
                && type.toLowerCase(Locale.ROOT).startsWith(TYPE)
                && (type.length() == TYPE.length()
                        || "+;".indexOf(type.charAt(TYPE.length())) >= 0);
    }

    /// Fills the exchange's response head, which has no body.
    static void write(Exchange exchange, Reply reply) {
        ResponseHead head = exchange.response();
        head.start(200, ResponseHead.NO_BODY);
        head.headers().set(Field.CONTENT_TYPE, TYPE);
        head.headers().set("grpc-status", Integer.toString(code(reply.status())));
        head.headers().set("grpc-message", message(reply.failure(), reply.status(), exchange.id()));
        head.headers().set(Field.X_REQUEST_ID, exchange.id());
    }

    static int code(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /// In plain ASCII, as ids and failures are, without the one character that would have to be encoded.
    private static String message(@Nullable Failure failure, int status, String id) {
        String text =
                failure == null
                        ? "status " + status
                        : "%s (%s)".formatted(failure.says(), failure.reason());
        return "%s, request %s".formatted(text, id.replace('%', '_'));
    }
}
