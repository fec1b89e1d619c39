package dev.weir.fuzz;

import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.Http2HeadReader;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Field blocks of HTTP/2 requests, as Netty's HPACK decoder reads them. What is taken, written in HTTP/1.1, is read there as the
/// same request: nothing is smuggled by translating it. Choice 0 merges slashes, 1 and 2 say what happens to underscores, 3 that the block
/// is one of trailers, 4 that a body follows.
public final class Http2HeadTarget {
    private static final String FALLBACK = "endpoint:80";
    private static final long MOST_DECODED = 1 << 20;

    private Http2HeadTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        List<Map.Entry<AsciiString, AsciiString>> fields = decoded(input);
        Http2HeadReader reader = new Http2HeadReader(input.limits());
        RequestHead head = new RequestHead();
        head.clear();
        Headers trailers = new Headers();
        if (input.choice(3)) {
            reader.beginTrailers(trailers);
        } else {
            reader.begin(head);
        }
        fields.forEach(field -> take(reader, field.getKey(), field.getValue()));
        Parsed parsed = reader.finish(input.choice(4));
        Same.holds(
                head.heldBytes() <= 4096 + 4 * input.limits().headers().bytes(),
                "a head takes more memory than its limit allows",
                input.text());
        Same.holds(
                !reader.broken() || parsed == Parsed.MALFORMED,
                "what breaks HTTP/2 is not malformed",
                input.text());
        if (input.choice(3)) {
            trailers.forEach((name, value) -> Same.clean(name + value, input.text()));
        } else if (parsed == Parsed.COMPLETE) {
            forwards(head, input);
        }
    }

    /// The fields of the block; none if it cannot be decoded.
    private static List<Map.Entry<AsciiString, AsciiString>> decoded(Input input) {
        List<Map.Entry<AsciiString, AsciiString>> fields = new ArrayList<>();
        ByteBuf block = Input.buffer(input.text());
        try {
            Http2Headers headers =
                    new DefaultHttp2HeadersDecoder(false, false, MOST_DECODED)
                            .decodeHeaders(1, block);
            for (Map.Entry<CharSequence, CharSequence> field : headers) {
                fields.add(
                        Map.entry(
                                AsciiString.of(field.getKey()), AsciiString.of(field.getValue())));
            }
        } catch (Http2Exception _) {
            fields.clear();
        }
        return fields;
    }

    private static void take(Http2HeadReader reader, AsciiString name, AsciiString value) {
        reader.field(
                name.array(),
                name.arrayOffset(),
                name.length(),
                value.array(),
                value.arrayOffset(),
                value.length());
    }

    private static void forwards(RequestHead head, Input input) {
        HeadWriter writer = new HeadWriter();
        writer.request(head, FALLBACK);
        String written =
                new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
        Same.clean(written, input.text());
        ByteBuf wire = Unpooled.wrappedBuffer(written.getBytes(StandardCharsets.ISO_8859_1));
        RequestHead again = new RequestHead();
        again.clear();
        if (head.method().equals("CONNECT")) {
            // Never forwarded.
            return;
        }
        Same.check(
                new RequestParser(input.wideLimits()).parse(wire, again),
                Parsed.COMPLETE,
                "what an endpoint reads",
                input.text());
        Same.holds(!wire.isReadable(), "a second request is written", input.text());
        RequestMeaning meaning = RequestMeaning.of(head);
        Same.check(
                RequestMeaning.of(again),
                meaning.forwarded(FALLBACK),
                "what an endpoint takes it for",
                input.text());
    }
}
