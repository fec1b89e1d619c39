package dev.weir.fuzz;

import dev.weir.http.HeadWriter;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Request heads. Choice 0 merges slashes, 1 and 2 say what happens to underscores.
public final class RequestHeadTarget {
    private static final String FALLBACK = "endpoint:80";

    private RequestHeadTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        String text = input.text();
        PlainRequest.Reading plain = PlainRequest.read(text, input.limits());
        RequestHead head = new RequestHead();
        Same.check(
                read(head, input.limits(), input.pieces()),
                plain,
                "the meaning of a request",
                text);
        plain.meaning().ifPresent(meaning -> forwards(head, meaning, plain.taken(), input));
        RequestHead used = new RequestHead();
        for (int[] cuts : input.deliveries()) {
            used.clear();
            Same.check(
                    read(used, input.limits(), input.pieces(cuts)),
                    plain,
                    "a request in parts",
                    text);
        }
        Same.holds(
                head.bytes().length <= 4096 + 2 * text.length(),
                "a request takes much more memory than it has bytes",
                text);
    }

    private static PlainRequest.Reading read(
            RequestHead head, LimitsConfig limits, List<ByteBuf> pieces) {
        RequestParser parser = new RequestParser(limits);
        int taken = 0;
        for (ByteBuf piece : pieces) {
            Parsed parsed = parser.parse(piece, head);
            taken += piece.readerIndex();
            if (parsed == Parsed.COMPLETE) {
                return new PlainRequest.Reading(
                        parsed, taken, Optional.of(RequestMeaning.of(head)));
            }
            if (parsed != Parsed.INCOMPLETE) {
                return PlainRequest.Reading.stopped(parsed);
            }
        }
        return PlainRequest.Reading.stopped(Parsed.INCOMPLETE);
    }

    /// What goes to an endpoint is what was read, and the endpoint reads it so.
    private static void forwards(RequestHead head, RequestMeaning meaning, int taken, Input input) {
        if (meaning.method().equals("CONNECT")) {
            return;
        }
        HeadWriter writer = new HeadWriter();
        writer.request(head, FALLBACK);
        String written =
                new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
        boolean lengthSaid =
                input.text()
                        .substring(0, taken)
                        .toLowerCase(Locale.ROOT)
                        .contains("\ncontent-length:");
        Same.check(
                written,
                PlainRequest.written(meaning, lengthSaid, FALLBACK),
                "what is written",
                input.text());
        Same.clean(written, input.text());
        Same.check(
                read(new RequestHead(), input.wideLimits(), List.of(Input.buffer(written))),
                new PlainRequest.Reading(
                        Parsed.COMPLETE,
                        written.length(),
                        Optional.of(meaning.forwarded(FALLBACK))),
                "what an endpoint reads",
                input.text());
    }
}
