package dev.weir.exchange;

import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import dev.weir.tunnel.End;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The client's side of an exchange, as the forwarding side sees it, whatever version of HTTP the client speaks.
/// Called on the exchange's event loop. What is written goes out with the loop's next flush.
public interface ClientStream {
    /// Passes an interim answer on (1xx).
    void inform(ResponseHead head);

    /// The endpoint goes on with something else than HTTP: passes its agreement on and joins the client to it. The exchange lasts until
    /// that is over; the forwarding side hears no more of the client but that.
    ///
    /// @param head a 101, or a 2xx from an endpoint of HTTP/2
    /// @param endpoint where the client's bytes go from now on
    /// @param first bytes that came with the agreement, to be released; may be empty
    void join(ResponseHead head, End endpoint, ByteBuf first);

    /// Begins the final answer; at most once.
    void respond(ResponseHead head);

    /// Goes on with the answer's body. Releases the data.
    void body(ByteBuf data);

    /// Ends the answer. The exchange is over: it is not to be touched any more.
    void end(@Nullable Headers trailers);

    /// Ends the exchange with a failure: answered if the answer has not begun, else cut, so that what is not whole
    /// does not look whole. The exchange is over.
    void fail(Failure failure);

    /// Whether the client takes what is written; if not, the endpoint should not be read.
    boolean writable();

    /// Asks for no more of the request's body until [#resumeBody].
    void pauseBody();

    void resumeBody();
}
