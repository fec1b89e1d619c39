package dev.weir.fuzz;

import dev.weir.http.BodyReader;
import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Chunked bodies with trailers. Choice 1 and 2 say what happens to underscores.
public final class ChunkedBodyTarget {
    /// Some of these may go on when they are announced, some never.
    private static final String HEAD =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                    + "Trailer: A, x-sum , Host, Content-Length,Cache-Control\r\n\r\n";

    private static final Set<String> GO_ON = Set.of("a", "x-sum");

    private ChunkedBodyTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        String text = input.text();
        PlainBody.Reading plain = PlainBody.read(text, input.limits());
        BodyReader body = new BodyReader(input.limits());
        Same.check(read(body, input.pieces()), plain, "a chunked body", text);
        if (plain.parsed() == Parsed.COMPLETE) {
            forwards(body, plain, input);
        }
        for (int[] cuts : input.deliveries()) {
            Same.check(
                    read(new BodyReader(input.limits()), input.pieces(cuts)),
                    plain,
                    "a chunked body in parts",
                    text);
        }
    }

    private static PlainBody.Reading read(BodyReader body, List<ByteBuf> pieces) {
        body.begin(RequestHead.CHUNKED);
        StringBuilder content = new StringBuilder();
        int taken = 0;
        for (ByteBuf piece : pieces) {
            int next;
            while ((next = body.next(piece)) > 0) {
                content.append(piece.readCharSequence(next, StandardCharsets.ISO_8859_1));
            }
            taken += piece.readerIndex();
            if (next == BodyReader.MALFORMED) {
                return new PlainBody.Reading(Parsed.MALFORMED, -1, content.toString(), List.of());
            }
            if (body.done()) {
                return new PlainBody.Reading(
                        Parsed.COMPLETE, taken, content.toString(), fields(body.trailers()));
            }
        }
        return new PlainBody.Reading(Parsed.INCOMPLETE, -1, content.toString(), List.of());
    }

    private static List<String> fields(Headers trailers) {
        List<String> fields = new ArrayList<>();
        if (trailers != null) {
            trailers.forEach((name, value) -> fields.add(name + ": " + value));
        }
        return fields;
    }

    /// Written in chunks of its own, with the trailers that may go on, a body is read as the same.
    private static void forwards(BodyReader body, PlainBody.Reading plain, Input input) {
        RequestHead head = new RequestHead();
        new RequestParser(LimitsConfig.DEFAULTS).parse(Input.buffer(HEAD), head);
        HeadWriter writer = new HeadWriter();
        StringBuilder written = new StringBuilder();
        if (!plain.content().isEmpty()) {
            writer.chunkSize(plain.content().length());
            written.append(text(writer)).append(plain.content()).append("\r\n");
        }
        writer.lastChunk(body.trailers(), head.headers());
        Same.clean(text(writer), input.text());
        written.append(text(writer));
        List<String> goingOn = plain.trailers().stream().filter(ChunkedBodyTarget::goesOn).toList();
        Same.check(
                read(new BodyReader(input.wideLimits()), List.of(Input.buffer(written.toString()))),
                new PlainBody.Reading(Parsed.COMPLETE, written.length(), plain.content(), goingOn),
                "what the other side reads",
                input.text());
    }

    private static boolean goesOn(String field) {
        String lower = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
        return lower.startsWith("grpc-") || GO_ON.contains(lower);
    }

    private static String text(HeadWriter writer) {
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
    }
}
