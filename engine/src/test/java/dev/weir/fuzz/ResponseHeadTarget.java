package dev.weir.fuzz;

import dev.weir.http.HeadWriter;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Method;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.http.ResponseParser;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Response heads. Choice 1 and 2 say what happens to underscores, 3 that the request was HEAD.
public final class ResponseHeadTarget {
    private static final String DATE = "Sat, 21 Nov 2026 00:00:00 GMT";

    private ResponseHeadTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        String text = input.text();
        RequestHead request = request(input.choice(3) ? "HEAD" : "GET");
        PlainResponse.Reading plain = PlainResponse.read(text, input.limits(), input.choice(3));
        ResponseHead head = new ResponseHead();
        Same.check(
                read(head, request, input.limits(), input.pieces()),
                plain.asParsed(),
                "the meaning of a response",
                text);
        if (plain.parsed() == Parsed.COMPLETE) {
            forwards(head, request, plain, input);
        }
        for (int[] cuts : input.deliveries()) {
            Same.check(
                    read(new ResponseHead(), request, input.limits(), input.pieces(cuts)),
                    plain.asParsed(),
                    "a response in parts",
                    text);
        }
    }

    private static RequestHead request(String method) {
        RequestHead head = new RequestHead();
        new RequestParser(LimitsConfig.DEFAULTS)
                .parse(Input.buffer(method + " / HTTP/1.1\r\nHost: a\r\n\r\n"), head);
        return head;
    }

    private static PlainResponse.Reading read(
            ResponseHead head, RequestHead request, LimitsConfig limits, List<ByteBuf> pieces) {
        ResponseParser parser = new ResponseParser(limits);
        int taken = 0;
        for (ByteBuf piece : pieces) {
            Parsed parsed = parser.parse(piece, head, request.knownMethod() == Method.HEAD);
            taken += piece.readerIndex();
            if (parsed == Parsed.COMPLETE) {
                return new PlainResponse.Reading(
                        parsed, taken, Optional.of(ResponseMeaning.of(head)), Optional.empty());
            }
            if (parsed != Parsed.INCOMPLETE) {
                return PlainResponse.Reading.stopped(parsed);
            }
        }
        return PlainResponse.Reading.stopped(Parsed.INCOMPLETE);
    }

    private static void forwards(
            ResponseHead head, RequestHead request, PlainResponse.Reading plain, Input input) {
        ResponseMeaning meaning = plain.meaning().orElseThrow();
        boolean chunked = meaning.bodyLength() < 0;
        HeadWriter writer = new HeadWriter();
        writer.response(
                head,
                chunked,
                HeadWriter.Persistence.OPEN,
                DATE.getBytes(StandardCharsets.US_ASCII));
        String written =
                new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
        Same.check(
                written,
                PlainResponse.written(plain, chunked, DATE),
                "what is written",
                input.text());
        Same.clean(written, input.text());
        List<String> fields = new ArrayList<>(meaning.fields());
        if (written.contains("\r\nDate: " + DATE) && !fields.contains("Date: " + DATE)) {
            fields.add("Date: " + DATE);
        }
        Same.check(
                read(
                        new ResponseHead(),
                        request,
                        input.wideLimits(),
                        List.of(Input.buffer(written))),
                new PlainResponse.Reading(
                        Parsed.COMPLETE,
                        written.length(),
                        Optional.of(
                                new ResponseMeaning(
                                        meaning.status(),
                                        meaning.reason(),
                                        chunked ? PlainHead.CHUNKED : meaning.bodyLength(),
                                        true,
                                        -1,
                                        meaning.webSocket(),
                                        fields)),
                        Optional.empty()),
                "what a client reads",
                input.text());
    }
}
