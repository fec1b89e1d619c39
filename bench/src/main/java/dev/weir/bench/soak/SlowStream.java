package dev.weir.bench.soak;

import java.io.IOException;
import java.io.OutputStream;

/// Writes at a given speed, in pieces of a tenth of a second. Confined to one thread.
final class SlowStream extends OutputStream {
    private static final int PIECES_PER_SECOND = 10;

    private final OutputStream out;
    private final int piece;

    /// @param bytesPerSecond at least 10
    SlowStream(OutputStream out, int bytesPerSecond) {
        this.out = out;
        this.piece = bytesPerSecond / PIECES_PER_SECOND;
    }

    /// The same speed for who reads.
    static MessageReader.Pace pace(int bytesPerSecond) {
        return bytes -> Pauses.of(bytes * 1000L / bytesPerSecond);
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += piece) {
            out.write(bytes, offset + done, Math.min(piece, length - done));
            out.flush();
            Pauses.of(1000 / PIECES_PER_SECOND);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
