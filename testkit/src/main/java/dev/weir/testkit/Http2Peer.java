package dev.weir.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One connection of a {@link ScriptedHttp2Endpoint}, read by one virtual thread. Knows only as much of HTTP/2 as it takes to be
/// talked to, and checks what it is sent. Sending is thread-safe.
final class Http2Peer implements Runnable {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final ScriptedHttp2Endpoint endpoint;
    private final Socket socket;
    private final int number;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Http2Request> requests = new ConcurrentHashMap<>();
    private final Map<Integer, Long> windows = new HashMap<>();
    private final List<Thread> behaviours = new ArrayList<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this);
    private long firstWindow = 65_535;
    private boolean ended;
    private int highest;

    Http2Peer(ScriptedHttp2Endpoint endpoint, Socket socket, int number) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.number = number;
        windows.put(0, 65_535L);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] preface = in.readNBytes(PREFACE.length());
            if (preface.length == 0) {
                return;
            }
            if (!Text.latin1(preface).equals(PREFACE)) {
                throw new ProtocolException("not the preface: " + Text.latin1(preface));
            }
            byte[] settings = endpoint.settings();
            if (settings.length > 0) {
                raw(settings);
            }
            while (frame(in)) {}
        } catch (ProtocolException | Http2Exception e) {
            endpoint.violated("connection " + number + ": " + e.getMessage());
        } catch (IOException e) {
            // Whoever ends a connection may do so at any moment.
        } finally {
            end(false);
            endpoint.left(this);
        }
    }

    private boolean frame(DataInputStream in) throws IOException, Http2Exception {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int length = first << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            return false;
        }
        if (length > 16 << 10) {
            throw new ProtocolException("a frame of " + length + " bytes");
        }
        endpoint.received(new ScriptedHttp2Endpoint.Frame(number, type, flags, stream, payload));
        switch (type) {
            case 0 -> data(stream, flags, payload);
            case 1 -> headers(in, stream, flags, payload);
            case 3 -> reset(stream, value(payload, 0));
            case 4 -> {
                if ((flags & 1) == 0) {
                    settings(payload);
                }
            }
            case 6 -> {
                if ((flags & 1) == 0 && endpoint.acknowledges()) {
                    send(6, 1, 0, payload);
                }
            }
            case 8 -> opened(stream, value(payload, 0));
            default -> {}
        }
        return true;
    }

    private void headers(DataInputStream in, int stream, int flags, byte[] first)
            throws IOException, Http2Exception {
        var block = new ByteArrayOutputStream();
        block.writeBytes(first);
        int last = flags;
        while ((last & 4) == 0) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            if (in.readUnsignedByte() != 9) {
                throw new ProtocolException("a block of fields is interrupted");
            }
            last = in.readUnsignedByte();
            in.readInt();
            block.writeBytes(in.readNBytes(length));
        }
        List<HeaderLine> fields = new ArrayList<>();
        ByteBuf bytes = Unpooled.wrappedBuffer(block.toByteArray());
        decoder.decodeHeaders(stream, bytes)
                .forEach(
                        e ->
                                fields.add(
                                        new HeaderLine(
                                                e.getKey().toString(), e.getValue().toString())));
        boolean end = (flags & 1) != 0;
        Http2Request known = requests.get(stream);
        if (known != null) {
            if (!end) {
                throw new ProtocolException("trailers that do not end the stream");
            }
            known.end(fields);
            endpoint.completed();
            return;
        }
        if (stream % 2 == 0 || stream <= highest) {
            throw new ProtocolException("stream " + stream + " after " + highest);
        }
        highest = stream;
        Http2Request request = new Http2Request(fields, number, stream);
        requests.put(stream, request);
        synchronized (this) {
            windows.put(stream, firstWindow);
        }
        endpoint.arrived(request);
        if (end) {
            request.end(List.of());
            endpoint.completed();
        }
        serve(request);
    }

    private void serve(Http2Request request) {
        Http2Wire wire = new Http2Wire(this, request);
        Thread behaviour =
                Thread.ofVirtual()
                        .unstarted(
                                () -> {
                                    try {
                                        endpoint.behaviour().answer(request, wire);
                                    } catch (IOException e) {
                                        // The stream or the connection is gone.
                                    } catch (RuntimeException | Error e) {
                                        endpoint.failed(e);
                                    }
                                });
        synchronized (this) {
            behaviours.add(behaviour);
        }
        behaviour.start();
    }

    private void data(int stream, int flags, byte[] payload) throws IOException {
        Http2Request request = requests.get(stream);
        if (request == null) {
            throw new ProtocolException("data on a stream that never began: " + stream);
        }
        request.take(payload);
        if (payload.length > 0 && endpoint.opensWindows()) {
            send(8, 0, 0, Http2Wire.number(payload.length));
            if ((flags & 1) == 0) {
                send(8, 0, stream, Http2Wire.number(payload.length));
            }
        }
        if ((flags & 1) != 0) {
            request.end(List.of());
            endpoint.completed();
        }
    }

    private synchronized void reset(int stream, long code) throws IOException {
        Http2Request request = requests.get(stream);
        if (request == null) {
            throw new ProtocolException("a reset of a stream that never began: " + stream);
        }
        request.reset(code);
        notifyAll();
    }

    private void settings(byte[] payload) throws IOException {
        for (int at = 0; at < payload.length; at += 6) {
            int id = payload[at] << 8 | payload[at + 1];
            if (id == 4) {
                changeWindows(value(payload, at + 2));
            }
        }
        if (endpoint.acknowledges()) {
            send(4, 1, 0, new byte[0]);
        }
    }

    private synchronized void changeWindows(long first) {
        long change = first - firstWindow;
        firstWindow = first;
        windows.replaceAll((stream, window) -> stream == 0 ? window : window + change);
        notifyAll();
    }

    private synchronized void opened(int stream, long bytes) {
        windows.merge(stream, bytes, Long::sum);
        notifyAll();
    }

    private static long value(byte[] bytes, int at) {
        return (bytes[at] & 0xffL) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | bytes[at + 3] & 0xff;
    }

    // ---- for behaviours ----

    /// Takes so many bytes of the windows or fewer, at least one unless none is wanted.
    synchronized int awaitWindow(Http2Request request, int wanted) throws IOException {
        try {
            while (true) {
                if (ended || request.resetCode() >= 0) {
                    throw new IOException("the stream is gone");
                }
                long there =
                        Math.min(
                                windows.getOrDefault(0, 0L),
                                windows.getOrDefault(request.stream(), 0L));
                if (there > 0 || wanted == 0) {
                    int taken = (int) Math.min(wanted, there);
                    windows.merge(0, (long) -taken, Long::sum);
                    windows.merge(request.stream(), (long) -taken, Long::sum);
                    return taken;
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /// A block of fields just as they are, without a table (RFC 7541 §6.2.2).
    static byte[] encoded(List<HeaderLine> fields) {
        var block = new ByteArrayOutputStream();
        for (HeaderLine field : fields) {
            block.write(0);
            text(block, field.name());
            text(block, field.value());
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = Text.bytes(text);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>>= 7) {
                block.write(rest & 127 | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    void setting(int id, long value) throws IOException {
        byte[] payload = new byte[6];
        payload[1] = (byte) id;
        System.arraycopy(Http2Wire.number(value), 0, payload, 2, 4);
        send(4, 0, 0, payload);
    }

    void send(int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >>> 16);
        frame[1] = (byte) (payload.length >>> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        System.arraycopy(Http2Wire.number(stream), 0, frame, 5, 4);
        System.arraycopy(payload, 0, frame, 9, payload.length);
        raw(frame);
    }

    void raw(byte[] bytes) throws IOException {
        synchronized (socket) {
            socket.getOutputStream().write(bytes);
        }
    }

    /// Ends the connection; called on any thread.
    void end(boolean byReset) {
        List<Thread> waiting;
        synchronized (this) {
            ended = true;
            waiting = List.copyOf(behaviours);
            notifyAll();
        }
        try {
            if (byReset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            endpoint.failed(e);
        }
        for (Thread behaviour : waiting) {
            if (!Thread.currentThread().equals(behaviour)) {
                behaviour.interrupt();
            }
        }
    }

    @Nullable Thread thread() {
        return Thread.currentThread().equals(thread) ? null : thread;
    }
}
