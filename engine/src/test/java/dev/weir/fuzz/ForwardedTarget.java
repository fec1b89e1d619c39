package dev.weir.fuzz;

import dev.weir.http.ForwardedFields;
import dev.weir.http.HeadWriter;
import dev.weir.http.Headers;
import dev.weir.http.IpRange;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.Provenance;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.preamble.Ends;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Who the client is, by `Forwarded` and `X-Forwarded-For`, and what goes on. Choices 0 and 1 say which fields are written,
/// 2 that the peer is not trusted, 3 that the connection is encrypted. The text is lines of fields of a request.
public final class ForwardedTarget {
    private static final String AUTHORITY = "shop.example:81";
    private static final String BEFORE = "GET / HTTP/1.1\r\nHost: " + AUTHORITY + "\r\n";
    private static final List<IpRange> TRUSTED =
            List.of(
                    IpRange.parse("10.0.0.0/8"),
                    IpRange.parse("127.0.0.1"),
                    IpRange.parse("2001:db8::/32"));

    private ForwardedTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = Input.of(bytes);
        String text = BEFORE + input.text() + "\r\n\r\n";
        RequestHead head = new RequestHead();
        if (parse(text, head) != Parsed.COMPLETE) {
            return;
        }
        List<PlainHead.Field> fields = new ArrayList<>();
        head.headers().forEach((name, value) -> fields.add(new PlainHead.Field(name, value)));
        ForwardedFields how = ForwardedFields.values()[input.choices() & 3];
        boolean tls = input.choice(3);
        InetAddress from = InetAddress.ofLiteral(input.choice(2) ? "2001:db9::1" : "10.9.8.7");
        PlainForwarded plain = new PlainForwarded(TRUSTED, from);
        Provenance provenance = new Provenance(TRUSTED, how);
        Provenance.Peer peer =
                provenance.peer(
                        new Ends(new InetSocketAddress(from, 1), new InetSocketAddress(from, 2)));
        InetAddress client = provenance.write(head, peer, tls, new SplittableRandom(1));
        Same.check(client, plain.client(fields), "the client", text);
        Same.check(
                onward(head.headers()),
                plain.written(fields, AUTHORITY, tls, how),
                "what goes on",
                text);
        checkId(head, fields, peer.trusted(), text);
        checkWritten(head, text);
    }

    private static Parsed parse(String text, RequestHead head) {
        return new RequestParser(LimitsConfig.DEFAULTS).parse(Input.buffer(text), head);
    }

    private static List<String> onward(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach(
                (name, value) -> {
                    if (!name.equalsIgnoreCase("x-request-id")) {
                        lines.add(name + ": " + value);
                    }
                });
        return lines.stream().sorted().toList();
    }

    private static void checkId(
            RequestHead head, List<PlainHead.Field> fields, boolean trusted, String text) {
        List<String> said = trusted ? PlainHead.values(fields, "x-request-id") : List.of();
        boolean usable = said.size() == 1 && said.getFirst().matches("[!-~&&[^\"]]{1,128}");
        List<String> ids = head.headers().all("X-Request-Id");
        Same.check(ids, List.of(head.requestId()), "the id that goes on", text);
        Same.holds(
                usable ? ids.equals(said) : ids.getFirst().matches("[0-9a-hjkmnp-tv-z]{20}"),
                "the id is not usable",
                text);
    }

    private static void checkWritten(RequestHead head, String text) {
        HeadWriter writer = new HeadWriter();
        writer.request(head, "");
        String written =
                new String(writer.bytes(), 0, writer.length(), StandardCharsets.ISO_8859_1);
        Same.clean(written, text);
        RequestHead again = new RequestHead();
        Same.check(parse(written, again), Parsed.COMPLETE, "what an endpoint reads", text);
        Same.check(
                RequestMeaning.of(again).fields(),
                RequestMeaning.of(head).fields(),
                "the fields an endpoint reads",
                text);
    }
}
