package dev.weir.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Lets a {@link ScriptedEndpoint} answer over HTTP/2: each stream becomes a connection of its own to it. What goes wrong there goes
/// wrong here: a connection that breaks resets the stream, and a stream that is reset ends the connection. Thread-safe.
public final class Http2Relay implements Http2Behaviour {
    private static final int INTERNAL_ERROR = 2;
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "keep-alive", "transfer-encoding", "upgrade");

    private final int port;

    private Http2Relay(int port) {
        this.port = port;
    }

    /// An HTTP/2 endpoint before another one.
    public static ScriptedHttp2Endpoint before(ScriptedEndpoint endpoint) throws IOException {
        return ScriptedHttp2Endpoint.start(new Http2Relay(endpoint.port()));
    }

    @Override
    public void answer(Http2Request request, Http2Wire wire) throws IOException {
        request.awaitEnd();
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            Thread.ofVirtual().start(() -> endWith(request, socket));
            send(request, socket);
            pass(request, wire, new WireReader(socket));
        } catch (IOException e) {
            wire.reset(INTERNAL_ERROR);
        }
    }

    private static void endWith(Http2Request request, Socket socket) {
        try (socket) {
            request.awaitReset();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private static void send(Http2Request request, Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(request.field(":method")).append(' ').append(request.path());
        head.append(" HTTP/1.1\r\nHost: ").append(request.field(":authority")).append("\r\n");
        for (HeaderLine field : request.fields()) {
            if (!field.name().startsWith(":")) {
                head.append(field).append("\r\n");
            }
        }
        byte[] body = request.body().bytes();
        if (body.length > 0 && request.field("content-length") == null) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        socket.getOutputStream().write(Text.bytes(head.append("\r\n").toString()));
        socket.getOutputStream().write(body);
    }

    private static void pass(Http2Request request, Http2Wire wire, WireReader in)
            throws IOException {
        int status;
        Head head;
        do {
            head = Head.read(in);
            if (head == null) {
                throw new ProtocolException("no answer");
            }
            status = Integer.parseInt(head.startLine().substring(9, 12));
            wire.head(status, false, lines(head));
        } while (status < 200);
        String method = String.valueOf(request.field(":method"));
        List<HeaderLine> trailers =
                Framing.ofResponse(head.lines(), status, method)
                        .read(
                                in,
                                (bytes, length) ->
                                        wire.data(java.util.Arrays.copyOf(bytes, length), false));
        if (trailers.isEmpty()) {
            wire.data("", true);
        } else {
            wire.fields(trailers, true);
        }
    }

    private static String[] lines(Head head) {
        return head.lines().stream()
                .filter(l -> !OF_CONNECTIONS.contains(l.name().toLowerCase(Locale.ROOT)))
                .map(l -> l.name().toLowerCase(Locale.ROOT) + ": " + l.value())
                .toArray(String[]::new);
    }
}
