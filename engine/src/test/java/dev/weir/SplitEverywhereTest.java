package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.BodyReader;
import dev.weir.http.HeadWriter;
import dev.weir.http.HeadWriter.Persistence;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.http.ResponseParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same bytes mean the same, however the network cuts them: every attack, vector and lie in one piece, byte by
/// byte, and cut in two at every offset.
class SplitEverywhereTest {
    /// What is longer is cut at every offset of its edges, and at a sample between.
    private static final int SHORT = 3000;

    private static final int EDGE = 250;

    /// A prime, so that all places of a repeated line are met, and the limits' neighbourhoods.
    private static final int SAMPLE = 211;

    private static void sameHoweverCut(String latin1, Supplier<Reader> readers) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        String whole = read(bytes, readers.get());
        assertThat(read(bytes, readers.get(), IntStream.range(1, bytes.length).toArray()))
                .as("byte by byte")
                .isEqualTo(whole);
        offsets(bytes.length)
                .forEach(
                        cut -> {
                            String cutOnce = read(bytes, readers.get(), cut);
                            if (!cutOnce.equals(whole)) {
                                assertThat(cutOnce).as("cut at %d", cut).isEqualTo(whole);
                            }
                        });
    }

    private static IntStream offsets(int length) {
        return IntStream.range(1, length)
                .filter(
                        cut ->
                                length <= SHORT
                                        || cut < EDGE
                                        || cut > length - EDGE
                                        || cut % SAMPLE == 0);
    }

    private static String read(byte[] bytes, Reader reader, int... cuts) {
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            reader.take(Unpooled.wrappedBuffer(bytes, from, to - from));
            from = to;
        }
        return reader.understood();
    }

    /// Reads messages one behind the other, as the connections do, and keeps what it understands.
    private abstract static class Reader {
        private final BodyReader body = new BodyReader(LimitsConfig.DEFAULTS);
        private final StringBuilder understood = new StringBuilder();
        private boolean inBody;
        private boolean refused;

        final HeadWriter writer = new HeadWriter();

        void take(ByteBuf in) {
            while (!refused && in.isReadable()) {
                if (inBody) {
                    refused = !content(body, in, understood);
                    inBody = !body.done();
                    if (body.done() && !refused) {
                        trailers(body.trailers(), headers(), writer, understood);
                        over();
                    }
                } else {
                    head(in);
                }
            }
        }

        private void head(ByteBuf in) {
            Parsed parsed = parse(in);
            if (parsed == Parsed.INCOMPLETE) {
                return;
            }
            refused = parsed != Parsed.COMPLETE;
            if (refused) {
                understood.append(parsed);
                return;
            }
            understood.append(whole());
            body.begin(bodyLength());
            inBody = !body.done();
            if (!inBody) {
                over();
            }
        }

        String understood() {
            return understood + (refused ? "!" : inBody ? "…" : ".");
        }

        abstract Parsed parse(ByteBuf in);

        /// What is understood of a head that is whole.
        abstract String whole();

        abstract long bodyLength();

        abstract Headers headers();

        /// The message is over.
        void over() {}
    }

    private static final class Requests extends Reader {
        private final RequestParser parser = new RequestParser(LimitsConfig.DEFAULTS);
        private final RequestHead head = new RequestHead();

        @Override
        Parsed parse(ByteBuf in) {
            return parser.parse(in, head);
        }

        @Override
        String whole() {
            writer.request(head, "endpoint");
            return text(writer) + head.host() + head.persistent() + head.expectsContinue();
        }

        @Override
        long bodyLength() {
            return head.bodyLength();
        }

        @Override
        Headers headers() {
            return head.headers();
        }

        @Override
        void over() {
            head.clear();
        }
    }

    private static final class Answers extends Reader {
        private final ResponseParser parser = new ResponseParser(LimitsConfig.DEFAULTS);
        private final ResponseHead head = new ResponseHead();

        @Override
        Parsed parse(ByteBuf in) {
            return parser.parse(in, head, false);
        }

        @Override
        String whole() {
            writer.response(head, false, Persistence.OPEN, new byte[0]);
            return text(writer) + head.persistent();
        }

        @Override
        long bodyLength() {
            return head.bodyLength();
        }

        @Override
        Headers headers() {
            return head.headers();
        }
    }

    private static boolean content(BodyReader body, ByteBuf in, StringBuilder to) {
        int length;
        while ((length = body.next(in)) > 0) {
            to.append(in.readCharSequence(length, StandardCharsets.ISO_8859_1));
        }
        return length != BodyReader.MALFORMED;
    }

    private static void trailers(
            @Nullable Headers trailers, Headers head, HeadWriter writer, StringBuilder to) {
        writer.lastChunk(trailers, head);
        to.append(text(writer));
    }

    private static String text(HeadWriter writer) {
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
    }

    static Stream<Attack> attacks() {
        return Stream.concat(RequestAttacks.heads(), RequestAttacks.bodies());
    }

    static Stream<DesyncVectors.Vector> vectors() throws Exception {
        return DesyncVectors.all().stream();
    }

    static Stream<AnswerLie> lies() {
        return AnswerLies.all();
    }

    private static final String GOOD =
            "\r\nPOST http://WEIR.Test/p%61th/..//q?z HTTP/1.1\r\nHost: a.example\r\nX_Y: z\r\n"
                    + "Connection: close, X-Drop\r\nX-Drop: 1\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0005;a=\"b;\\\"\"\r\nhello\r\n0;x\r\nX-Sum: 1\r\nHost: evil\r\n\r\n"
                    + "PUT /b HTTP/1.1\r\nHost: B:80\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /c HTTP/1.0\r\n\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: C\r\n\r\n";

    @Test
    void readsAPipelineOfGoodRequests() {
        sameHoweverCut(GOOD, Requests::new);
        assertThat(read(GOOD.getBytes(StandardCharsets.ISO_8859_1), new Requests()))
                .contains("POST /q?z HTTP/1.1\r\n", "hello0\r\nX-Sum: 1\r\n", "abc", "OPTIONS *")
                .endsWith(".");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refusesAttacks(Attack attack) {
        String behind = "GET /smuggled HTTP/1.1\r\nHost: weir.test\r\n\r\n";
        sameHoweverCut(attack.bytes() + behind, Requests::new);
        String understood =
                read(
                        (attack.bytes() + behind).getBytes(StandardCharsets.ISO_8859_1),
                        new Requests());
        assertThat(understood).endsWith("!").doesNotContain("/smuggled HTTP");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void readsVectors(DesyncVectors.Vector vector) {
        String whole = vector.whole();
        sameHoweverCut(
                whole.substring(0, Math.min(whole.length(), vector.head().length() + 100)),
                Requests::new);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void readsWhatEndpointsSay(AnswerLie lie) {
        sameHoweverCut(lie.says(), Answers::new);
    }

    @Test
    void readsWhatAGoodEndpointSays() {
        String good =
                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nX_Y: z\r\nTrailer: X-Sum\r\n"
                        + "Transfer-Encoding: chunked\r\nConnection: X-Drop\r\nX-Drop: 1\r\n\r\n"
                        + "5;a=b\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\nHTTP/1.0 200\r\nKeep-Alive: timeout=5\r\n\r\nrest";
        sameHoweverCut(good, Answers::new);
        assertThat(read(good.getBytes(StandardCharsets.ISO_8859_1), new Answers()))
                .contains("103 Early Hints", "hello0\r\nX-Sum: 7", "rest")
                .endsWith("…");
    }
}
