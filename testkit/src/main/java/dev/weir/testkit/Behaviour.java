package dev.weir.testkit;

import java.io.IOException;

/// What a {@link ScriptedEndpoint} does with a request. Ready-made ones are in {@link Behaviours}.
///
/// Called when the head of the request has arrived, on a virtual thread per connection; it may block. Behaviours of
/// one endpoint run at once for different connections, so they hold no unguarded state.
@FunctionalInterface
public interface Behaviour {
    /// Answers, or does not. A behaviour that wants the body calls {@link Wire#readBody()} first; what it leaves
    /// unread is read and recorded afterwards, unless it ended the connection.
    ///
    /// @throws IOException when the peer went away; nothing else is expected to fail, and whatever does is
    ///                     thrown again by {@link ScriptedEndpoint#close()}
    void answer(Request request, Wire wire) throws IOException;

    /// This, then that, on the same request.
    default Behaviour then(Behaviour next) {
        return (request, wire) -> {
            answer(request, wire);
            next.answer(request, wire);
        };
    }
}
