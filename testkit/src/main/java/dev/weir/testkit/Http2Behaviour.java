package dev.weir.testkit;

import java.io.IOException;

/// What a {@link ScriptedHttp2Endpoint} does with a request. Called when the request's head has arrived, on a virtual thread per
/// stream; it may block. Behaviours of one endpoint run at once, so they hold no unguarded state.
@FunctionalInterface
public interface Http2Behaviour {
    /// Answers, or does not.
    ///
    /// @throws IOException when the stream or the connection is gone; nothing else is expected to fail
    void answer(Http2Request request, Http2Wire wire) throws IOException;
}
