package dev.weir.testkit;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The connection of a {@link ScriptedEndpoint} as a {@link Behaviour} sees it while it answers one request.
/// Confined to the thread of its connection, except {@link #reset()}.
public final class Wire {
    private final Socket socket;
    private final WireReader in;
    private final Request request;
    private final Framing framing;
    private final CountDownLatch ended;
    private final Runnable bodyArrived;
    private boolean bodyRead;
    private boolean closed;

    /// @param bodyArrived called once, when the request is complete
    Wire(EndpointConnection connection, Request request, Framing framing, Runnable bodyArrived) {
        this.socket = connection.socket();
        this.in = connection.reader();
        this.ended = connection.ended();
        this.request = request;
        this.framing = framing;
        this.bodyArrived = bodyArrived;
    }

    /// Reads and records the rest of the request's body, in constant memory. Does nothing the second time.
    public void readBody() throws IOException {
        if (bodyRead || closed) {
            return;
        }
        List<HeaderLine> trailers = framing.read(in, request.body()::take);
        bodyRead = true;
        request.body().end(trailers);
        bodyArrived.run();
    }

    /// Sends ISO-8859-1 text at once.
    public void send(String latin1) throws IOException {
        send(Text.bytes(latin1));
    }

    /// Sends bytes at once.
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Sends a body as it is generated, in constant memory.
    public void send(GeneratedBody body, boolean chunked) throws IOException {
        if (chunked) {
            body.writeChunkedTo(socket.getOutputStream());
        } else {
            body.writeTo(socket.getOutputStream());
        }
    }

    /// Sends status line and headers; adds `Connection: close` when the request ends the connection, and
    /// `X-Echo-Id` with the request's `X-Test-Id` if it has one. Nothing else is added.
    public void sendHead(int status, String... headerLines) throws IOException {
        send(head(status, headerLines));
    }

    /// Sends a whole answer in one write, with `Content-Length`; without the body if the request was a HEAD.
    public void answer(int status, byte[] body, String... headerLines) throws IOException {
        String[] lines = new String[headerLines.length + 1];
        lines[0] = "Content-Length: " + body.length;
        System.arraycopy(headerLines, 0, lines, 1, headerLines.length);
        byte[] head = Text.bytes(head(status, lines));
        int sent = request.method().equals("HEAD") ? 0 : body.length;
        byte[] whole = new byte[head.length + sent];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, sent);
        send(whole);
    }

    /// Waits. Ends early, with an exception, when the endpoint is killed or closed.
    public void pause(Duration time) throws IOException {
        try {
            if (ended.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SocketException("the endpoint was killed or closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    /// Reads on and says nothing until the peer goes away or the endpoint is killed or closed.
    public void hang() throws IOException {
        new Framing.UntilClosed().read(in, (bytes, length) -> {});
        close();
    }

    /// Ends the sending direction only; the connection serves no further request.
    public void halfClose() throws IOException {
        closed = true;
        socket.shutdownOutput();
        new Framing.UntilClosed().read(in, (bytes, length) -> {});
        socket.close();
    }

    /// Closes in order.
    public void close() throws IOException {
        closed = true;
        socket.close();
    }

    /// Ends the connection with a TCP reset.
    public void reset() throws IOException {
        closed = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    boolean closed() {
        return closed;
    }

    private String head(int status, String... headerLines) {
        var head = new StringBuilder("HTTP/1.1 ").append(status);
        head.append(status == 200 ? " OK" : " Scripted").append("\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        String id = request.header("X-Test-Id");
        if (id != null) {
            head.append("X-Echo-Id: ").append(id).append("\r\n");
        }
        if (request.endsConnection()) {
            head.append("Connection: close\r\n");
        }
        return head.append("\r\n").toString();
    }
}
