package dev.weir.fuzz;

import dev.weir.http.HeadWriter;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Request heads. Choice 0 merges slashes, 1 and 2 say what happens to underscores.
public final class RequestHeadTarget {
    /// As many heads are read from one input, as if they came on one connection without bodies.
    private static final int MOST_HEADS = 3;

    private static final String FALLBACK = "endpoint:80";

    private RequestHeadTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        String text = input.text();
        List<PlainRequest.Reading> plain = plainly(text, input.limits());
        RequestHead head = new RequestHead();
        Same.check(
                read(head, input.limits(), input.pieces()), plain, "the meaning of requests", text);
        for (int[] cuts : input.deliveries()) {
            Same.check(
                    read(head, input.limits(), input.pieces(cuts)),
                    plain,
                    "the meaning of requests in parts",
                    text);
        }
        Same.holds(
                head.bytes().length <= 4096 + 2 * text.length(),
                "a request takes much more memory than it has bytes",
                text);
        plain.getFirst().meaning().ifPresent(meaning -> forwards(meaning, input));
    }

    private static List<PlainRequest.Reading> plainly(String text, LimitsConfig limits) {
        List<PlainRequest.Reading> readings = new ArrayList<>();
        String rest = text;
        while (readings.size() < MOST_HEADS) {
            PlainRequest.Reading reading = PlainRequest.read(rest, limits);
            readings.add(reading);
            if (reading.parsed() != Parsed.COMPLETE) {
                break;
            }
            rest = rest.substring(reading.taken());
        }
        return readings;
    }

    /// One head after the other by the same parser, up to one that is not complete. Leaves what the last one holds.
    private static List<PlainRequest.Reading> read(
            RequestHead head, LimitsConfig limits, List<ByteBuf> pieces) {
        RequestParser parser = new RequestParser(limits);
        List<PlainRequest.Reading> readings = new ArrayList<>();
        head.clear();
        int taken = 0;
        for (ByteBuf piece : pieces) {
            Parsed parsed;
            do {
                int from = piece.readerIndex();
                parsed = parser.parse(piece, head);
                taken += piece.readerIndex() - from;
                if (parsed == Parsed.COMPLETE) {
                    Optional<RequestMeaning> meaning = Optional.of(RequestMeaning.of(head));
                    readings.add(new PlainRequest.Reading(parsed, taken, meaning));
                    if (readings.size() == MOST_HEADS) {
                        return readings;
                    }
                    head.clear();
                    taken = 0;
                } else if (parsed != Parsed.INCOMPLETE) {
                    readings.add(PlainRequest.Reading.stopped(parsed));
                    return readings;
                }
            } while (parsed == Parsed.COMPLETE);
        }
        readings.add(PlainRequest.Reading.stopped(Parsed.INCOMPLETE));
        return readings;
    }

    /// What goes to an endpoint is what was read, and the endpoint reads it so.
    private static void forwards(RequestMeaning meaning, Input input) {
        RequestHead head = new RequestHead();
        ByteBuf in = Input.buffer(input.text());
        new RequestParser(input.limits()).parse(in, head);
        int taken = in.readerIndex();
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
                List.of(
                        new PlainRequest.Reading(
                                Parsed.COMPLETE,
                                written.length(),
                                Optional.of(meaning.forwarded(FALLBACK))),
                        PlainRequest.Reading.stopped(Parsed.INCOMPLETE)),
                "what an endpoint reads",
                input.text());
    }
}
