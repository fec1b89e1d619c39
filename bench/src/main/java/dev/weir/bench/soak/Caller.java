package dev.weir.bench.soak;

import dev.weir.bench.soak.Outcome.Answer;
import dev.weir.bench.soak.Outcome.Kind;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client with one connection at a time, opened when it is needed. Whatever happens on it becomes an [Outcome].
/// Confined to one thread.
final class Caller implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    /// Longer than every time limit of Weir's configuration.
    private static final int PATIENCE_MILLIS = 40_000;

    private static final int SLOW_RECEIVE_BUFFER = 16 << 10;

    private final InetSocketAddress weir;
    private final InetAddress from;
    private final int bytesPerSecond;
    private @Nullable Socket socket;
    private @Nullable MessageReader reader;

    /// @param from the address that it connects from, one of 127.0.0.0/8
    /// @param bytesPerSecond how fast its slow readers and slow writers are
    Caller(InetSocketAddress weir, InetAddress from, int bytesPerSecond) {
        this.weir = weir;
        this.from = from;
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Connects, if it is not connected.
    Socket connect(boolean slowly) throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            try {
                if (slowly) {
                    open.setReceiveBufferSize(SLOW_RECEIVE_BUFFER);
                }
                open.setTcpNoDelay(true);
                open.setSoTimeout(PATIENCE_MILLIS);
                open.bind(new InetSocketAddress(from, 0));
                open.connect(weir, CONNECT_MILLIS);
            } catch (IOException e) {
                open.close();
                throw e;
            }
            socket = open;
            reader = new MessageReader(open.getInputStream());
        }
        return open;
    }

    /// Makes a request and waits for its end.
    Outcome ask(Ask ask) {
        return askAll(List.of(ask)).getFirst();
    }

    /// Makes requests in one write, and reads their answers in order.
    List<Outcome> askAll(List<Ask> asks) {
        long began = System.nanoTime();
        List<Outcome> outcomes = new ArrayList<>();
        IOException notSent = null;
        try {
            Socket open = connect(asks.getFirst().way() == Ask.Way.SLOW_READER);
            notSent = send(open, asks);
        } catch (IOException e) {
            close();
            asks.forEach(_ -> outcomes.add(ended(Kind.UNCONNECTED, Answer.NONE, e, began)));
            return outcomes;
        }
        for (Ask ask : asks) {
            outcomes.add(receive(ask, notSent, began));
        }
        return outcomes;
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Released all the same.
            }
        }
    }

    private static Outcome ended(
            Kind kind, Answer answer, @Nullable IOException why, long beganNanos) {
        String error = why == null ? "" : why.toString();
        return new Outcome(kind, answer, error, beganNanos, System.nanoTime());
    }

    // ---- sending ----

    /// @return what went wrong; the answer may be there all the same
    private @Nullable IOException send(Socket open, List<Ask> asks) {
        try {
            OutputStream out = new BufferedOutputStream(open.getOutputStream(), 16 << 10);
            for (Ask ask : asks) {
                out.write(Body.latin1(head(ask)));
                body(open, ask, out);
            }
            out.flush();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static String head(Ask ask) {
        StringBuilder head = new StringBuilder();
        head.append(ask.method()).append(' ').append(ask.path()).append(" HTTP/1.1\r\n");
        head.append("Host: soak.example\r\nSoak-Id: ").append(ask.id()).append("\r\n");
        head.append("Soak-Size: ").append(ask.answer()).append("\r\n");
        if (ask.answerChunked()) {
            head.append("Soak-Framing: chunked\r\n");
        }
        if (ask.delayMillis() > 0) {
            head.append("Soak-Delay: ").append(ask.delayMillis()).append("\r\n");
        }
        if (ask.way() == Ask.Way.CLOSE) {
            head.append("Connection: close\r\n");
        }
        if (ask.body() >= 0) {
            head.append("Soak-Method: ").append(ask.method()).append("\r\n");
            if (ask.bodyChunked()) {
                head.append("Transfer-Encoding: chunked\r\n");
            }
            if (!ask.bodyChunked() || ask.way() == Ask.Way.TWO_FRAMINGS) {
                head.append("Content-Length: ").append(ask.body()).append("\r\n");
            }
        }
        return head.append("\r\n").toString();
    }

    private void body(Socket open, Ask ask, OutputStream out) throws IOException {
        if (ask.body() < 0 || ask.way() == Ask.Way.TOO_LARGE) {
            return;
        }
        Body content = ask.content();
        switch (ask.way()) {
            case CUT_REQUEST, HALF_CLOSE, STALLED -> {
                new Body(content.id(), content.length() / 2).writeTo(out);
                out.flush();
                if (ask.way() == Ask.Way.HALF_CLOSE) {
                    open.shutdownOutput();
                    Pauses.of(100);
                }
            }
            case SLOW_WRITER -> content.writeTo(new SlowStream(out, bytesPerSecond));
            default -> {
                if (ask.bodyChunked()) {
                    var _ = content.writeChunksTo(out);
                    out.write(Body.latin1("0\r\n\r\n"));
                } else {
                    content.writeTo(out);
                }
            }
        }
    }

    // ---- receiving ----

    private Outcome receive(Ask ask, @Nullable IOException notSent, long began) {
        MessageReader in = reader;
        if (in == null) {
            return ended(Kind.LOST, Answer.NONE, notSent, began);
        }
        Answer answer = Answer.NONE;
        try {
            if (ask.way() == Ask.Way.CUT_REQUEST || ask.way() == Ask.Way.HALF_CLOSE) {
                return abandon(Answer.NONE, began);
            }
            Message head = finalHead(in);
            answer = announced(head);
            if (ask.way() == Ask.Way.CUT_ANSWER) {
                return abandon(answer, began);
            }
            answer = read(ask, in, head, answer);
            if (head.closes() || ask.way() == Ask.Way.CLOSE || notSent != null) {
                close();
            }
            return ended(Kind.WHOLE, answer, notSent, began);
        } catch (SocketTimeoutException e) {
            close();
            return ended(Kind.LATE, answer, e, began);
        } catch (IOException e) {
            close();
            Kind kind = answer.status() > 0 ? Kind.CUT : Kind.LOST;
            return ended(kind, answer, notSent == null ? e : notSent, began);
        }
    }

    private static Message finalHead(MessageReader in) throws IOException {
        Message head = in.head();
        while (head != null && head.word(1).startsWith("1")) {
            head = in.head();
        }
        if (head == null) {
            throw new EOFException("closed before an answer");
        }
        return head;
    }

    private static Answer announced(Message head) {
        String length = head.field("soak-length");
        return new Answer(
                Integer.parseInt(head.word(1)),
                head.field("soak-id"),
                0,
                "",
                length.isEmpty() ? 0 : Long.parseLong(length),
                head.field("soak-sha256"),
                !head.field("retry-after").isEmpty());
    }

    private Answer read(Ask ask, MessageReader in, Message head, Answer said) throws IOException {
        boolean bodiless =
                ask.method().equals("HEAD") || said.status() == 204 || said.status() == 304;
        long framing = bodiless ? 0 : head.framing(Message.UNTIL_CLOSE);
        Message.Read read =
                in.body(
                        framing,
                        ask.way() == Ask.Way.SLOW_READER
                                ? SlowStream.pace(bytesPerSecond)
                                : MessageReader.Pace.FULL);
        String hash = read.trailers().getOrDefault("soak-sha256", said.saidSha256());
        return new Answer(
                said.status(),
                said.id(),
                read.length(),
                read.sha256(),
                bodiless ? 0 : said.saidLength(),
                bodiless ? read.sha256() : hash,
                said.retryAfter());
    }

    private Outcome abandon(Answer answer, long began) throws IOException {
        Socket open = socket;
        if (open != null) {
            open.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        close();
        return ended(Kind.ABANDONED, answer, null, began);
    }
}
