package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.http.Method;
import dev.weir.route.Action;
import dev.weir.route.MatchConfig;
import dev.weir.route.RedirectTarget;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Sends clients that came in the clear to the same address by TLS. Thread-safe.
final class HttpsRedirect {
    private static final int USUAL_PORT = 443;
    private static final int MOVED = 301;
    private static final int MOVED_SAME_METHOD = 308;

    private final IntSupplier port;
    private volatile @Nullable RedirectTarget target;

    /// @param port where TLS is spoken, as clients know it; asked with the first request, when all listeners are bound
    HttpsRedirect(IntSupplier port) {
        this.port = port;
    }

    /// The answer to a request.
    Reply answer(Exchange exchange) {
        String location = target().location(exchange);
        if (location == null) {
            return Reply.of(Failure.BAD_REQUEST);
        }
        Method method = exchange.request().knownMethod();
        // 301 lets clients make a GET of a POST (RFC 9110 §15.4.2), 308 does not.
        boolean reads = method == Method.GET || method == Method.HEAD;
        return Reply.of(reads ? MOVED : MOVED_SAME_METHOD).with("Location", location);
    }

    private RedirectTarget target() {
        RedirectTarget known = target;
        if (known == null) {
            int to = port.getAsInt();
            String where = "https://{host}" + (to == USUAL_PORT ? "" : ":" + to) + "{path}?{query}";
            known = RedirectTarget.of(new Action.Redirect(MOVED, where), MatchConfig.DEFAULTS);
            target = known;
        }
        return known;
    }
}
