package dev.weir.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/// One connection of a {@link Load}; opens anew whenever the last one ended. Confined to one thread.
final class LoadConnection implements AutoCloseable {
    /// @param echoedId empty if there was none
    record Answer(int status, String echoedId) {}

    private final LoadClient plan;
    private final String head;
    private final String body;
    private @Nullable Socket socket;
    private @Nullable WireReader in;

    LoadConnection(LoadClient plan) {
        this.plan = plan;
        String method = plan.bodyBytes() == 0 ? "GET " : "POST ";
        String length = plan.bodyBytes() == 0 ? "" : "Content-Length: " + plan.bodyBytes() + "\r\n";
        this.head =
                method
                        + plan.target()
                        + " HTTP/1.1\r\nHost: "
                        + plan.host()
                        + "\r\n"
                        + length
                        + "X-Test-Id: ";
        this.body = "b".repeat(plan.bodyBytes());
    }

    /// Sends a request and reads its answer; after a failure the caller closes.
    Answer ask(int id) throws IOException {
        if (socket == null || in == null) {
            open();
        }
        Socket current = socket;
        WireReader reader = in;
        if (current == null || reader == null) {
            throw new AssertionError("open() sets both");
        }
        try (var _ = new TimeLimit(current, plan.patience())) {
            current.getOutputStream().write(Text.bytes(head + id + "\r\n\r\n" + body));
        }
        reader.within(plan.patience());
        return answer(reader);
    }

    private Answer answer(WireReader reader) throws IOException {
        Head answer;
        StatusLine line;
        do {
            answer = Head.read(reader);
            if (answer == null) {
                throw new EOFException("closed before the first byte of the answer");
            }
            line = StatusLine.parse(answer.startLine());
        } while (line.status() < 200);
        Framing framing = Framing.ofResponse(answer.lines(), line.status(), "GET");
        framing.read(reader, (bytes, length) -> {});
        if (framing instanceof Framing.UntilClosed || closing(answer, line)) {
            close();
        }
        String echoed = HeaderLine.values(answer.lines(), "X-Echo-Id").findFirst().orElse("");
        return new Answer(line.status(), echoed);
    }

    private static boolean closing(Head answer, StatusLine line) {
        return line.version().equals("HTTP/1.0")
                || HeaderLine.values(answer.lines(), "Connection")
                        .anyMatch(value -> value.equalsIgnoreCase("close"));
    }

    private void open() throws IOException {
        var opening = new Socket();
        try {
            opening.setTcpNoDelay(true);
            opening.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), plan.port()),
                    (int) plan.patience().toMillis());
        } catch (IOException e) {
            opening.close();
            throw e;
        }
        socket = opening;
        in = new WireReader(opening);
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            socket = null;
            in = null;
        }
    }
}
