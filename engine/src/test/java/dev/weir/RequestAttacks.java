package dev.weir;

import static dev.weir.Attack.chunks;
import static dev.weir.Attack.field;
import static dev.weir.Attack.framing;
import static dev.weir.Attack.host;
import static dev.weir.Attack.line;
import static dev.weir.Attack.refused;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What attackers send to be read in two ways, by rows of RFC 9112 and 9110. All of it is refused, the connection
/// closed, and nothing forwarded.
final class RequestAttacks {
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    private RequestAttacks() {}

    static Stream<Attack> heads() {
        return Stream.of(
                        lengthAndCoding(),
                        lengths(),
                        fieldLines(),
                        requestLines(),
                        hosts(),
                        targets(),
                        sizes())
                .flatMap(List::stream);
    }

    /// RFC 9112 §6.1, §6.3: both, or anything but exactly one final `chunked`.
    private static List<Attack> lengthAndCoding() {
        String row = "CL.TE, TE.CL";
        String teTe = "TE.TE";
        String old = "TE in HTTP/1.0";
        return List.of(
                framing(row, 400, "Content-Length: 12", CHUNKED),
                framing(row, 400, CHUNKED, "Content-Length: 12"),
                framing(row, 400, CHUNKED, "Content-Length: 0"),
                framing(row, 400, "Transfer-Encoding: gzip", "Content-Length: 12"),
                framing(row, 400, "Content-Length: x", CHUNKED),
                framing(teTe, 501, "Transfer-Encoding: xchunked"),
                framing(teTe, 501, "Transfer-Encoding: identity"),
                framing(teTe, 501, "Transfer-Encoding: gzip, chunked"),
                framing(teTe, 400, "Transfer-Encoding: chunked, identity"),
                framing(teTe, 400, "Transfer-Encoding: chunked, chunked"),
                framing(teTe, 400, "Transfer-Encoding: ,chunked"),
                framing(teTe, 400, "Transfer-Encoding: chunked,"),
                framing(teTe, 400, "Transfer-Encoding: chunked;a=b"),
                framing(teTe, 400, "Transfer-Encoding: \"chunked\""),
                framing(teTe, 400, "Transfer-Encoding: chunked\u000b"),
                framing(teTe, 400, "Transfer-Encoding: \u000bchunked"),
                framing(teTe, 400, "Transfer-Encoding: chunked\u00a0"),
                framing(teTe, 400, "Transfer-Encoding: chun ked"),
                framing(teTe, 400, "Transfer-Encoding:"),
                framing(teTe, 400, CHUNKED, CHUNKED),
                framing(teTe, 400, CHUNKED, "Transfer-Encoding: identity"),
                framing(teTe, 400, "Transfer-Encoding : chunked"),
                framing(teTe, 400, "Transfer-Encoding\t: chunked"),
                framing(teTe, 400, "Transfer_Encoding: chunked"),
                framing(teTe, 400, "Content_Length: 12"),
                refused(old, "POST /a HTTP/1.0\r\nHost: weir.test\r\n" + CHUNKED + "\r\n\r\n0"),
                refused(old, "GET /a HTTP/1.0\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"));
    }

    /// RFC 9110 §8.6, RFC 9112 §6.3. Two equal lengths, which RFC 9112 lets a recipient merge, are refused too.
    private static List<Attack> lengths() {
        List<Attack> attacks = new ArrayList<>();
        for (String value :
                List.of(
                        "5, 5",
                        "5,5",
                        "+5",
                        "-5",
                        "-0",
                        "0x5",
                        "1_0",
                        "",
                        " ",
                        "5 5",
                        "5.0",
                        "1e1",
                        "\u0665",
                        "9223372036854775807",
                        "9223372036854775808",
                        "18446744073709551616",
                        "00000000000000000000005")) {
            String latin1 = value.equals("\u0665") ? "\u00d9\u00a5" : value;
            attacks.add(framing("Content-Length", 400, "Content-Length: " + latin1));
        }
        attacks.add(framing("two Content-Length", 400, "Content-Length: 12", "Content-Length: 12"));
        attacks.add(framing("two Content-Length", 400, "Content-Length: 12", "Content-Length: 0"));
        return attacks;
    }

    /// RFC 9112 §2.2, §5.
    private static List<Attack> fieldLines() {
        String value = "control in a value";
        String name = "name of a field";
        return List.of(
                field("bare CR", "X: a\rb"),
                field("bare CR", "X: a\rContent-Length: 5"),
                field("bare CR", "\rX: a"),
                field("bare CR", "X\r: a"),
                field("bare CR", "X: a\r\r\nY: b"),
                field("bare LF", "X: a\nY: b"),
                field("bare LF", "X: a\n"),
                refused("bare LF", "GET /a HTTP/1.1\nHost: weir.test\n\n"),
                refused("bare LF", "GET /a HTTP/1.1\r\nHost: weir.test\n\r\n"),
                refused("bare LF", "GET /a HTTP/1.1\r\nHost: weir.test\r\n\n"),
                field(value, "X: a\u0000b"),
                field(value, "X: \u0000"),
                field(value, "X: a\u0001"),
                field(value, "X: a\u001b[31m"),
                field(value, "X: a\u007f"),
                field("obs-fold", "X: a\r\n b"),
                field("obs-fold", "X: a\r\n\tb"),
                field("obs-fold", "X: a\r\n Content-Length: 5"),
                field("obs-fold", "X:\r\n \r\n a"),
                field(name, "X : a"),
                field(name, "X\t: a"),
                field(name, ": a"),
                field(name, "X"),
                field(name, "X Y: a"),
                field(name, "X@Y: a"),
                field(name, "X\u00e9: a"),
                field(name, "X\u0000: a"),
                field(name, "(X): a"),
                refused("SP before the first", "GET /a HTTP/1.1\r\n Host: weir.test\r\n\r\n"),
                refused("SP before the first", "GET /a HTTP/1.1\r\n\tX: a\r\nHost: a\r\n\r\n"),
                field("Connection", "Connection: close x"),
                field("Connection", "Connection: \"close\""));
    }

    /// RFC 9112 §2.2, §2.3, §3. Another major version is named with 505.
    private static List<Attack> requestLines() {
        String row = "request line";
        List<Attack> attacks = new ArrayList<>();
        for (String bad :
                List.of(
                        "GET  /a HTTP/1.1",
                        "GET /a  HTTP/1.1",
                        " GET /a HTTP/1.1",
                        "GET\t/a HTTP/1.1",
                        "GET /a\tHTTP/1.1",
                        "GET /a HTTP/1.1 ",
                        "GET /a b HTTP/1.1",
                        "GET /a#b HTTP/1.1",
                        "GET /a?b#c HTTP/1.1",
                        "GET /\u00e9 HTTP/1.1",
                        "GET /a\u0000b HTTP/1.1",
                        "GET /a?b\u0000 HTTP/1.1",
                        "GET /a\u007f HTTP/1.1",
                        "GET /a\\b HTTP/1.1",
                        "GET /a?\\b HTTP/1.1",
                        "GET /a",
                        "GET /a ",
                        "GET",
                        "/a HTTP/1.1",
                        "GET /a HTTP/1.32",
                        "GET /a HTTP/1.",
                        "GET /a HTTP/11",
                        "GET /a http/1.1",
                        "GET /a HTTP/ 1.1",
                        "GET /a FTP/1.1",
                        "G(T /a HTTP/1.1",
                        "G\u0000T /a HTTP/1.1",
                        "GET: /a HTTP/1.1")) {
            attacks.add(line(row, 400, bad));
        }
        for (String version : List.of("HTTP/9.9", "HTTP/2.0", "HTTP/0.9", "HTTP/3.1")) {
            attacks.add(line(row, 505, "GET /a " + version));
        }
        for (String junk :
                List.of("\u0000", "\u0001", " ", "\t", "\n", "\r", "x\r\n", "\r\n\r\n\r\n")) {
            attacks.add(line("leading junk", 400, junk + "GET /a HTTP/1.1"));
        }
        return attacks;
    }

    /// RFC 9112 §3.2, RFC 9110 §7.2.
    private static List<Attack> hosts() {
        List<Attack> attacks = new ArrayList<>();
        attacks.add(host("Host: missing", "X: a"));
        attacks.add(host("Host: two", "Host: weir.test", "Host: weir.test"));
        attacks.add(host("Host: two", "Host: weir.test", "X: a", "host: other.test"));
        for (String value :
                List.of(
                        "",
                        " ",
                        "u@weir.test",
                        "u:p@weir.test",
                        "weir.test/p",
                        "weir.test?q",
                        "weir.test#f",
                        "weir.test, other.test",
                        "weir.test other.test",
                        "weir.test:",
                        "weir.test:x",
                        "weir.test:80x",
                        "weir.test:-1",
                        "weir.test:65536",
                        "weir.test:99999",
                        "weir.test:80:80",
                        ":80",
                        ".",
                        "[::1",
                        "[::1]x",
                        "[]",
                        "::1",
                        "weir.test\\",
                        "weir%2etest",
                        "weir\u00e9.test",
                        "http://weir.test")) {
            attacks.add(host("Host", "Host: " + value));
        }
        return attacks;
    }

    /// RFC 9112 §3.2.2–4.
    private static List<Attack> targets() {
        List<Attack> attacks = new ArrayList<>();
        for (String bad :
                List.of(
                        "GET * HTTP/1.1",
                        "OPTIONS ** HTTP/1.1",
                        "OPTIONS *? HTTP/1.1",
                        "GET a HTTP/1.1",
                        "GET ! HTTP/1.1",
                        "GET weir.test:80 HTTP/1.1",
                        "GET ftp://weir.test/ HTTP/1.1",
                        "GET http:/a HTTP/1.1",
                        "GET http:///a HTTP/1.1",
                        "GET http://u@weir.test/ HTTP/1.1",
                        "GET http://weir.test:x/ HTTP/1.1",
                        "GET http://weir.test\\@other.test/ HTTP/1.1",
                        "GET ?a HTTP/1.1",
                        "CONNECT weir.test HTTP/1.1",
                        "CONNECT /a HTTP/1.1",
                        "CONNECT http://weir.test:80 HTTP/1.1",
                        "CONNECT weir.test:x HTTP/1.1")) {
            attacks.add(line("target", 400, bad));
        }
        attacks.add(refused("target", "GET http://a.test/ HTTP/1.1\r\nHost: u@weir.test\r\n\r\n"));
        return attacks;
    }

    /// RFC 9110 §10.1.1, and the limits.
    private static List<Attack> sizes() {
        String big = "a".repeat(40_000);
        return List.of(
                line("request line too long", 414, "GET /" + big + " HTTP/1.1"),
                line("request line too long", 414, big + " / HTTP/1.1"),
                new Attack("head too large", 431, field("", "X: " + big).bytes()),
                new Attack("head too large", 431, field("", big + ": x").bytes()),
                new Attack("too many fields", 431, field("", "X:\r\n".repeat(100) + "Y:").bytes()),
                framing("unknown expectation", 417, "Expect: 200-ok", "Content-Length: 12"),
                framing(
                        "unknown expectation",
                        417,
                        "Expect: 100-continue, x",
                        "Content-Length: 12"),
                framing("unknown expectation", 417, "Expect: ", "Content-Length: 12"));
    }

    /// RFC 9112 §7.1.
    static Stream<Attack> bodies() {
        String size = "chunk size";
        String data = "chunk data";
        String extension = "chunk extension";
        String trailer = "trailer line";
        return Stream.of(
                chunks(size, "0x5\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "+5\r\nhello\r\n0\r\n\r\n"),
                chunks(size, " 5\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "5 \r\nhello\r\n0\r\n\r\n"),
                chunks(size, "5;\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "-1\r\n"),
                chunks(size, "-0\r\n\r\n"),
                chunks(size, "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
                chunks(size, "5h\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "\r\n"),
                chunks(size, "00000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks(size, "ffffffffffffffff\r\n"),
                chunks(size, "5\nhello\r\n0\r\n\r\n"),
                chunks(size, "5\r\rhello\r\n0\r\n\r\n"),
                chunks(size, "5\rX\nhello\r\n0\r\n\r\n"),
                chunks(size, "\u00b5\r\nhello\r\n0\r\n\r\n"),
                chunks(data, "5\r\nhello0\r\n\r\n"),
                chunks(data, "5\r\nhello\n0\r\n\r\n"),
                chunks(data, "5\r\nhello\rX0\r\n\r\n"),
                chunks(data, "5\r\nhello world\r\n0\r\n\r\n"),
                chunks(data, "5\r\nhelloXX0\r\n\r\n"),
                chunks(extension, "5;a\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a\n\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a\r;b\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=\"b\nc\"\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=\"\r\n0\r\n\r\n\"\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=\"b\\\nc\"\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=\u0000\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5 ;a\r\nhello\r\n0\r\n\r\n"),
                chunks(extension, "5;a=" + "b".repeat(64 << 10) + "\r\nhello\r\n0\r\n\r\n"),
                chunks(trailer, "0\r\n X: a\r\n\r\n"),
                chunks(trailer, "0\r\nX : a\r\n\r\n"),
                chunks(trailer, "0\r\nX: a\n\r\n"),
                chunks(trailer, "0\r\nX: a\r\n b\r\n\r\n"),
                chunks(trailer, "0\r\nX: \u0000\r\n\r\n"),
                chunks(trailer, "0\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"),
                chunks(trailer, "0\r\n\n"));
    }
}
