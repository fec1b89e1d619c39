package dev.weir.forward;

import dev.weir.exchange.Failure;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What a [Carrier] is busy with: one request, and who takes its answer. Called on the carrier's event loop.
/// Ends with [#ended], [#failed] or [#connectFailed], or when the carrier is told to discard it.
interface Errand {
    /// Whether the request is a HEAD, whose answer has no body whatever it says.
    boolean asksForHead();

    /// Where the answer's head is to be read into.
    ResponseHead head();

    /// The connection that was to be opened stands.
    void connected(Carrier opened);

    /// There is no connection. Nothing more is heard.
    void connectFailed(Carrier failed, Throwable cause);

    /// An interim answer has come (1xx).
    void informed(ResponseHead head);

    /// The head of the final answer has come.
    void responded(ResponseHead head);

    /// Whether the connection may go on as a WebSocket.
    default boolean mayJoin() {
        return false;
    }

    /// The endpoint goes on as a WebSocket: the connection is no carrier of requests any more. Asked for by [#mayJoin].
    ///
    /// @param first bytes that came behind the head, to be released
    default void joined(ResponseHead head, End endpoint, ByteBuf first) {
        throw new IllegalStateException("not asked for");
    }

    /// The next piece of the answer's body. Releases the data.
    void body(ByteBuf data);

    /// The answer is over.
    ///
    /// @param reusable whether the endpoint would take another request on this connection; to be handed to [Carrier#done]
    void ended(boolean reusable, @Nullable Headers trailers);

    /// The endpoint broke off or answered nonsense.
    void failed(Failure failure);

    /// The endpoint takes data again.
    void writable();
}
