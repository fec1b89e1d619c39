package dev.weir.cli;

import java.io.IOException;
import java.io.Writer;

/// Writes to two places. Confined to one thread.
final class Twice extends Writer {
    private final Writer one;
    private final Writer other;

    Twice(Writer one, Writer other) {
        this.one = one;
        this.other = other;
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        one.write(text, from, length);
        other.write(text, from, length);
    }

    @Override
    public void flush() throws IOException {
        one.flush();
        other.flush();
    }

    @Override
    public void close() throws IOException {
        one.close();
        other.close();
    }
}
