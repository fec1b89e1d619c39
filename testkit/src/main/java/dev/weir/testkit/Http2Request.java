package dev.weir.testkit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as a {@link ScriptedHttp2Endpoint} received it. Its head is immutable; its body may still be arriving. Thread-safe.
public final class Http2Request {
    private final List<HeaderLine> fields;
    private final ReceivedBody body = new ReceivedBody();
    private final int connection;
    private final int stream;
    private long resetCode = -1;
    private boolean ended;

    Http2Request(List<HeaderLine> fields, int connection, int stream) {
        this.fields = List.copyOf(fields);
        this.connection = connection;
        this.stream = stream;
    }

    /// All fields in the order of the wire, pseudo-header fields included.
    public List<HeaderLine> fields() {
        return fields;
    }

    /// The first value of a field, its name in lower case; or null.
    public @Nullable String field(String name) {
        return HeaderLine.values(fields, name).findFirst().orElse(null);
    }

    public String path() {
        return String.valueOf(field(":path"));
    }

    public ReceivedBody body() {
        return body;
    }

    /// Number of the connection at this endpoint, from 1.
    public int connection() {
        return connection;
    }

    /// Id of the stream on its connection.
    public int stream() {
        return stream;
    }

    /// The code with which the other side has reset the stream, or -1.
    public synchronized long resetCode() {
        return resetCode;
    }

    synchronized void take(byte[] bytes) {
        body.take(bytes, bytes.length);
        notifyAll();
    }

    synchronized void end(List<HeaderLine> trailers) {
        body.end(trailers);
        ended = true;
        notifyAll();
    }

    synchronized void reset(long code) {
        resetCode = code;
        notifyAll();
    }

    /// Waits for the end of the request.
    synchronized void awaitEnd() throws IOException {
        try {
            while (!ended) {
                if (resetCode >= 0) {
                    throw new IOException("the stream was reset: " + resetCode);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /// Waits for more of the body than so many bytes.
    ///
    /// @return what came behind them; empty if the request is over
    synchronized byte[] awaitMore(int have) throws IOException {
        try {
            while (body.size() <= have && !ended) {
                if (resetCode >= 0) {
                    throw new IOException("the stream was reset: " + resetCode);
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return body.behind(have);
    }

    /// Waits until the stream is reset.
    synchronized void awaitReset() throws IOException {
        try {
            while (resetCode < 0) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public String toString() {
        return "connection " + connection + ", stream " + stream + ": " + fields;
    }
}
