package dev.weir;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// A WebSocket endpoint that sends each frame of data back, pongs to pings, and answers a close (RFC 6455). Trusts its peer.
final class WebSocketEcho implements AutoCloseable {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final TcpEndpoint endpoint;

    private WebSocketEcho(TcpEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    static WebSocketEcho start() throws IOException {
        return new WebSocketEcho(TcpEndpoint.start(WebSocketEcho::serve));
    }

    String address() {
        return endpoint.address();
    }

    int port() {
        return endpoint.port();
    }

    private static void serve(Socket socket) throws Exception {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write(agreement(head(in)).getBytes(StandardCharsets.US_ASCII));
        while (true) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte() & 127;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] mask = in.readNBytes(4);
            byte[] data = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                data[i] ^= mask[i & 3];
            }
            int kind = first & 15;
            if (kind != PONG) {
                send(out, kind == PING ? first & 0xf0 | PONG : first, data);
            }
            if (kind == CLOSE) {
                return;
            }
        }
    }

    /// The head of a request, the empty line included.
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static String key(String head) {
        return head.replaceAll("(?is).*sec-websocket-key: *([^\r]*)\r.*", "$1");
    }

    /// The head of the 101 that answers a handshake.
    static String agreement(String head) {
        return "HTTP/1.1 101 Switching Protocols\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + accept(key(head))
                + "\r\n\r\n";
    }

    /// What answers a key.
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException(every);
        }
    }

    private static void send(DataOutputStream out, int first, byte[] data) throws IOException {
        out.writeByte(first);
        if (data.length < 126) {
            out.writeByte(data.length);
        } else if (data.length < 1 << 16) {
            out.writeByte(126);
            out.writeShort(data.length);
        } else {
            out.writeByte(127);
            out.writeLong(data.length);
        }
        out.write(data);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }
}
