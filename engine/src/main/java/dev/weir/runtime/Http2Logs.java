package dev.weir.runtime;

import java.util.logging.Level;
import java.util.logging.Logger;

/// Keeps Netty's HTTP/2 from saying at level INFO what any peer can make it say as often as it likes, such as that it ignored a frame. Holds
/// where Netty logs by `java.util.logging`, which is what it does unless the embedding program has another library. Immutable.
public final class Http2Logs {
    /// Kept: a logger that nobody holds is forgotten with its level.
    private static final Logger DECODER =
            Logger.getLogger("io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder");

    private Http2Logs() {}

    /// Called before the first connection.
    public static void quieten() {
        if (DECODER.getLevel() == null) {
            DECODER.setLevel(Level.WARNING);
        }
    }
}
