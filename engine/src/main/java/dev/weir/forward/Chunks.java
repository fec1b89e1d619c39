package dev.weir.forward;

import dev.weir.http.HeadWriter;
import dev.weir.runtime.Outlet;
import io.netty.buffer.ByteBuf;

/// Writes the pieces of a body of unknown length. Source: RFC 9112 §7.1.
public final class Chunks {
    private static final byte[] LINE_END = {'\r', '\n'};

    private Chunks() {}

    /// Writes one chunk; releases the data. An empty piece is not written: it would be the end.
    public static void write(HeadWriter writer, Outlet outlet, ByteBuf data) {
        int length = data.readableBytes();
        if (length == 0) {
            data.release();
            return;
        }
        writer.chunkSize(length);
        outlet.write(writer.bytes(), writer.length(), length + LINE_END.length);
        outlet.write(data);
        outlet.write(LINE_END, LINE_END.length, 0);
    }
}
