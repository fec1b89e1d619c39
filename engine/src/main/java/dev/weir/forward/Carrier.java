package dev.weir.forward;

import dev.weir.http.Headers;
import dev.weir.http.RequestHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// What carries one request to an endpoint and its answer back: an HTTP/1.1 connection for as long, or a stream of an HTTP/2
/// connection. It is had from [Carriers] for an [Errand], which hears the answer; after [#done], [#readToEnd] or [#discard] the
/// errand hears nothing more. Confined to one event loop.
interface Carrier {
    /// Whether the endpoint has accepted the connection; TLS may be still to come.
    boolean accepted();

    /// Begins the request. A failure is told to the errand later, never before this returns.
    ///
    /// @param fallbackHost the host asked for if the client was an HTTP/1.0 one that named none
    /// @param soon how many bytes of the body will be written at once
    void request(RequestHead head, String fallbackHost, int soon);

    /// Goes on with the request's body. Releases the data.
    void body(ByteBuf data);

    /// Ends the request. To be called for one without a body, too.
    void end(RequestHead head, @Nullable Headers trailers);

    /// Whether the endpoint takes what is written; if not, the client should not be read, and [Errand#writable] says when it takes
    /// data again. While memory is short, nobody says so, and who writes has to ask again.
    boolean writable();

    /// Bytes of the request that the endpoint has not taken.
    long held();

    /// Whether more of the answer is wanted.
    void read(boolean wanted);

    /// Whether the endpoint can say that it has done nothing with a request that was sent, so that any may be sent again.
    boolean refusable();

    /// Whether the endpoint can have seen nothing of the request, so that what it sends is no answer to it, and it may be sent
    /// elsewhere whatever it asks for.
    default boolean unsent() {
        return false;
    }

    /// Whether, as far as is known, the connection may have been dead before the request was sent on it.
    boolean mayHaveBeenDead();

    /// The errand is over, and so is the answer.
    ///
    /// @param reusable whether nothing is in the way of another request
    void done(boolean reusable);

    /// The errand is over, but not its answer, which nobody wants.
    ///
    /// @param reusable whether nothing but the rest of the answer is in the way of another request
    void readToEnd(boolean reusable);

    /// The errand is given up.
    void discard();
}
