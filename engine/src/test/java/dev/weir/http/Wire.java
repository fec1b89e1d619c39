package dev.weir.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// What parsers are fed with: text, whole or cut.
final class Wire {
    private Wire() {}

    static ByteBuf bytes(String latin1) {
        return Unpooled.wrappedBuffer(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// What a request becomes when it is written for an endpoint, or the refusal's name.
    static String forwarded(String request, int... cuts) {
        return forwarded(request, LimitsConfig.DEFAULTS, cuts);
    }

    static String forwarded(String request, LimitsConfig limits, int... cuts) {
        RequestHead head = new RequestHead();
        Parsed parsed = parse(new RequestParser(limits), head, request, cuts);
        if (parsed != Parsed.COMPLETE) {
            return parsed.name();
        }
        HeadWriter writer = new HeadWriter();
        writer.request(head, "endpoint:80");
        return text(writer);
    }

    static String text(HeadWriter writer) {
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
    }

    static RequestHead read(String request) {
        RequestHead head = new RequestHead();
        Parsed parsed = parse(new RequestParser(LimitsConfig.DEFAULTS), head, request);
        if (parsed != Parsed.COMPLETE) {
            throw new AssertionError(parsed + ": " + request);
        }
        return head;
    }

    static Parsed parse(RequestParser parser, RequestHead head, String request, int... cuts) {
        int from = 0;
        Parsed parsed = Parsed.INCOMPLETE;
        for (int i = 0; i <= cuts.length && parsed == Parsed.INCOMPLETE; i++) {
            int to = i < cuts.length ? cuts[i] : request.length();
            ByteBuf piece = bytes(request.substring(from, to));
            parsed = parser.parse(piece, head);
            from = to;
        }
        return parsed;
    }
}
