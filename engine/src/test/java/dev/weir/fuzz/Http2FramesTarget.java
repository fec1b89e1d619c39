package dev.weir.fuzz;

import dev.weir.Gate;
import dev.weir.testkit.Hpack;
import dev.weir.testkit.Http2Frame;
import dev.weir.testkit.RawHttp2Client;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Frames of an HTTP/2 client in any order, sent to a gateway on real sockets: no exception escapes, the connection ends soon after its
/// client has, and the next one is served.
///
/// An input is a line of frames, each of four bytes (type, flags, stream, length) and so much payload. A head without payload is
/// that of a usual request, of a POST if its stream's number divides by three. A type above [#TYPES] means that the payload stands there
/// as it is, without a frame's head.
public final class Http2FramesTarget {
    private static final int TYPES = 12;
    private static final int ASKED_EVERY = 64;
    private static final int PATIENT_STARTS = 12;
    private static final int PATIENCE_MILLIS = 4_000;
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GET = Hpack.block(RawHttp2Client.request("GET", "/a"));
    private static final byte[] POST = Hpack.block(RawHttp2Client.request("POST", "/refused"));

    /// Answers by itself, or has nobody to ask.
    private static final Gate GATE = open();

    private Http2FramesTarget() {}

    private static Gate open() {
        try {
            return Gate.openWith(
                    """
                    weir: 1
                    listeners: { web: { listen: "127.0.0.1:0", protocols: [h1, h2c] } }
                    routes:
                      - { match: { path: /refused }, to: nobody }
                      - { respond: { body: "hello" } }
                    services: { nobody: { endpoints: ["127.0.0.1:%d"] } }
                    """
                            .formatted(ScriptedEndpoint.deadPort()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Called by the fuzzer at its start: loading and instrumenting all that a request needs takes longer than an input may.
    public static void fuzzerInitialize() {
        for (int i = 0; i < PATIENT_STARTS; i++) {
            try {
                serves();
                return;
            } catch (AssertionError _) {
                // Not loaded yet.
            }
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), GATE.port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            exchange(socket, frames(bytes));
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection does not end: " + Arrays.toString(bytes), e);
        } catch (IOException _) {
            // Weir may cut who does such things.
        }
        Same.holds(
                GATE.events().stream().noneMatch(line -> line.contains("internal error")),
                "an exception escapes: " + GATE.events(),
                text);
        if (Math.floorMod(Arrays.hashCode(bytes), ASKED_EVERY) == 0) {
            serves();
        }
    }

    private static void exchange(Socket socket, byte[] sent) throws IOException {
        socket.getOutputStream().write(PREFACE);
        socket.getOutputStream().write(sent);
        socket.shutdownOutput();
        byte[] piece = new byte[4096];
        while (socket.getInputStream().read(piece) >= 0) {
            // Up to its end.
        }
    }

    private static void serves() {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), GATE.port());
                RawHttp2Client client = RawHttp2Client.over(socket)) {
            client.works(1);
        } catch (IOException e) {
            throw new AssertionError("serves no more", e);
        }
    }

    /// What the input says, on the wire.
    static byte[] frames(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at + 4 <= input.length) {
            int type = input[at] & 0xff;
            int stream = input[at + 2] & 0xff;
            int length = Math.min(input[at + 3] & 0xff, input.length - at - 4);
            byte[] payload = Arrays.copyOfRange(input, at + 4, at + 4 + length);
            if (type > TYPES) {
                out.writeBytes(payload);
            } else {
                byte[] whole =
                        type == RawHttp2Client.HEADERS && length == 0
                                ? stream % 3 == 0 ? POST : GET
                                : payload;
                out.writeBytes(new Http2Frame(type, input[at + 1] & 0xff, stream, whole).bytes());
            }
            at += 4 + length;
        }
        return out.toByteArray();
    }
}
