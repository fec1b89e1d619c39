package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A name server on 127.0.0.1, over UDP and TCP on the same port, that knows what it is told and misbehaves when asked to. An answer that
/// is too long for UDP is cut there (TC), and whole over TCP. Remembers every question. Thread-safe.
public final class DnsServer implements AutoCloseable {
    public static final int A = 1;
    public static final int CNAME = 5;
    public static final int AAAA = 28;
    public static final int SRV = 33;

    public static final int SERVFAIL = 2;
    public static final int NXDOMAIN = 3;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int MOST_OVER_UDP = 1232;
    private static final int HEADER = 12;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Row> rows = new CopyOnWriteArrayList<>();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile int code;
    private volatile boolean silent;
    private volatile Duration delay = Duration.ZERO;

    private record Row(String owner, int type, int ttl, byte[] data) {}

    /// A question that came.
    public record Question(String name, int type, boolean overTcp, long atNanos) {}

    private DnsServer(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    /// Starts on a free port; knows nothing yet, so that every name is unknown.
    public static DnsServer start() throws IOException {
        while (true) {
            ServerSocket tcp = new ServerSocket(0, 50, LOOPBACK);
            try {
                DatagramSocket udp =
                        new DatagramSocket(new InetSocketAddress(LOOPBACK, tcp.getLocalPort()));
                DnsServer server = new DnsServer(udp, tcp);
                Thread.ofPlatform().daemon().name("dns-udp").start(server::receive);
                Thread.ofVirtual().name("dns-tcp").start(server::accept);
                return server;
            } catch (BindException taken) {
                tcp.close();
            }
        }
    }

    /// For example `127.0.0.1:5353`.
    public String address() {
        return "127.0.0.1:" + tcp.getLocalPort();
    }

    public int port() {
        return tcp.getLocalPort();
    }

    /// From now on the name has exactly these addresses; none makes an answer without records.
    public synchronized void addresses(String name, int ttl, String... addresses) {
        List<Row> all = new ArrayList<>(rows);
        all.removeIf(
                row ->
                        row.owner.equals(name)
                                && (row.type == A || row.type == AAAA || row.type == 0));
        // Says that the name exists, whatever it has.
        all.add(new Row(name, 0, ttl, new byte[0]));
        for (String address : addresses) {
            byte[] data = InetAddress.ofLiteral(address).getAddress();
            all.add(new Row(name, data.length == 4 ? A : AAAA, ttl, data));
        }
        replace(all);
    }

    /// The name is another name for the target.
    public synchronized void alias(String name, int ttl, String target) {
        rows.add(new Row(name, CNAME, ttl, encoded(target)));
    }

    /// One more place of a service.
    public synchronized void place(
            String name, int ttl, int priority, int weight, int port, String target) {
        byte[] encoded = encoded(target);
        byte[] data =
                ByteBuffer.allocate(6 + encoded.length)
                        .putShort((short) priority)
                        .putShort((short) weight)
                        .putShort((short) port)
                        .put(encoded)
                        .array();
        rows.add(new Row(name, SRV, ttl, data));
    }

    /// Forgets a name.
    public synchronized void forget(String name) {
        List<Row> all = new ArrayList<>(rows);
        all.removeIf(row -> row.owner.equals(name));
        replace(all);
    }

    private void replace(List<Row> all) {
        rows.clear();
        rows.addAll(all);
    }

    /// Answers every question with this code and nothing else.
    public void fail(int code) {
        this.code = code;
    }

    /// Answers nothing.
    public void silent() {
        silent = true;
    }

    /// Answers after so long.
    public void delay(Duration delay) {
        this.delay = delay;
    }

    /// Does what it is there for again.
    public void recover() {
        code = 0;
        silent = false;
        delay = Duration.ZERO;
    }

    /// What was asked, in that order.
    public List<Question> questions() {
        return List.copyOf(questions);
    }

    private void receive() {
        byte[] buffer = new byte[4096];
        while (true) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
            } catch (IOException closed) {
                return;
            }
            byte[] query = new byte[packet.getLength()];
            System.arraycopy(buffer, 0, query, 0, query.length);
            var from = packet.getSocketAddress();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                byte[] answer = answer(query, false);
                                if (answer != null) {
                                    send(new DatagramPacket(answer, answer.length, from));
                                }
                            });
        }
    }

    private void send(DatagramPacket packet) {
        try {
            udp.send(packet);
        } catch (IOException e) {
            if (!udp.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = tcp.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), true);
                if (answer != null) {
                    out.writeShort(answer.length);
                    out.write(answer);
                    out.flush();
                }
            }
        } catch (IOException gone) {
            open.remove(socket);
        }
    }

    /// @return null for none
    private byte @Nullable [] answer(byte[] query, boolean overTcp) {
        int end = HEADER;
        StringBuilder name = new StringBuilder();
        while (query[end] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(query, end + 1, query[end], StandardCharsets.US_ASCII));
            end += query[end] + 1;
        }
        String asked = name.toString().toLowerCase(Locale.ROOT);
        int type = ByteBuffer.wrap(query).getShort(end + 1);
        questions.add(new Question(asked, type, overTcp, System.nanoTime()));
        Duration waiting = delay;
        int failing = code;
        if (silent) {
            return null;
        }
        long until = System.nanoTime() + waiting.toNanos();
        for (long left = waiting.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        List<Row> found = failing == 0 ? found(asked, type) : List.of();
        boolean known = rows.stream().anyMatch(row -> row.owner.equals(asked));
        int says = failing != 0 ? failing : known ? 0 : NXDOMAIN;
        byte[] whole = written(query, end + 5, says, found, false);
        return overTcp || whole.length <= MOST_OVER_UDP
                ? whole
                : written(query, end + 5, says, List.of(), true);
    }

    private List<Row> found(String name, int type) {
        List<Row> found = new ArrayList<>();
        String owner = name;
        for (Row row : rows) {
            if (row.type == CNAME && row.owner.equals(owner)) {
                found.add(row);
                owner = decoded(row.data);
            }
        }
        for (Row row : rows) {
            if (row.type == type && row.owner.equals(owner)) {
                found.add(row);
            }
        }
        return found;
    }

    private static byte[] written(
            byte[] query, int endOfQuestion, int code, List<Row> found, boolean cut) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer header =
                ByteBuffer.allocate(HEADER)
                        .put(query, 0, 2)
                        .putShort((short) (0x8180 | code | (cut ? 0x0200 : 0)))
                        .putShort((short) 1)
                        .putShort((short) found.size());
        out.writeBytes(header.array());
        out.write(query, HEADER, endOfQuestion - HEADER);
        for (Row row : found) {
            out.writeBytes(encoded(row.owner));
            out.writeBytes(
                    ByteBuffer.allocate(10)
                            .putShort((short) row.type)
                            .putShort((short) 1)
                            .putInt(row.ttl)
                            .putShort((short) row.data.length)
                            .array());
            out.writeBytes(row.data);
        }
        return out.toByteArray();
    }

    private static byte[] encoded(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }

    private static String decoded(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; name[at] != 0; at += name[at] + 1) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(new String(name, at + 1, name[at], StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
