package dev.weir;

import dev.weir.AnswerLie.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What endpoints must not say, by rows of RFC 9112 and 9110. Each harms its own request and no other.
final class AnswerLies {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String POISON =
            "HTTP/1.1 200 OK\r\nX-Echo-Id: poison\r\nContent-Length: 8\r\n\r\npoisoned";

    private AnswerLies() {}

    static Stream<AnswerLie> all() {
        return Stream.of(
                        lies("no status line", Outcome.REFUSED, statusLines()),
                        lies("framing", Outcome.REFUSED, framings()),
                        lies("field lines", Outcome.REFUSED, fieldLines()),
                        lies("header bomb", Outcome.REFUSED, bombs()),
                        lies("interim answers", Outcome.REFUSED, interim()),
                        lies("chunks", Outcome.CUT, chunks()),
                        lies("too much", Outcome.TAKEN, tooMuch()))
                .flatMap(List::stream);
    }

    private static List<AnswerLie> lies(String row, Outcome outcome, List<String> all) {
        return all.stream().map(says -> new AnswerLie(row, outcome, says)).toList();
    }

    private static List<String> statusLines() {
        List<String> heads = new ArrayList<>();
        for (String line :
                List.of(
                        "garbage",
                        "",
                        "<html>",
                        "HTTP/2.0 200 OK",
                        "HTTP/0.9 200 OK",
                        "HTTP/1.1  200 OK",
                        "HTTP/1.1 2000 OK",
                        "HTTP/1.1 20 OK",
                        "HTTP/1.1 -20 OK",
                        "HTTP/1.1 099 OK",
                        "HTTP/1.1 600 OK",
                        "HTTP/1.1 200OK",
                        "http/1.1 200 OK",
                        " HTTP/1.1 200 OK",
                        "HTTP/1.1 200 O\u0000K",
                        "HTTP/1.1 200 O\rK",
                        "ICY 200 OK",
                        "GET / HTTP/1.1")) {
            heads.add(line + "\r\nContent-Length: 0\r\n\r\n");
        }
        return heads;
    }

    private static List<String> framings() {
        List<String> heads = new ArrayList<>();
        for (String lines :
                List.of(
                        "Content-Length: 0\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\nContent-Length: 0",
                        "Content-Length: 0\r\nContent-Length: 0",
                        "Content-Length: 0\r\nContent-Length: 5",
                        "Content-Length: 5, 5",
                        "Content-Length: +5",
                        "Content-Length: -1",
                        "Content-Length: 0x5",
                        "Content-Length: x",
                        "Content-Length:",
                        "Content-Length: 9223372036854775808",
                        "Content_Length: 5",
                        "Transfer-Encoding: gzip",
                        "Transfer-Encoding: xchunked",
                        "Transfer-Encoding: chunked, identity",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding : chunked")) {
            heads.add(OK + lines + "\r\n\r\n");
        }
        heads.add("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        heads.add("HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n");
        return heads;
    }

    private static List<String> fieldLines() {
        List<String> heads = new ArrayList<>();
        for (String lines :
                List.of(
                        "X: a\r\n b",
                        "X: a\r\n\tb",
                        "X: a\u0000b",
                        "X: a\u001bb",
                        "X: a\rSet-Cookie: b",
                        "X: a\nSet-Cookie: b",
                        "X : a",
                        " X: a",
                        ": a",
                        "X",
                        "X Y: a",
                        "Connection: a b")) {
            heads.add(OK + lines + "\r\nContent-Length: 0\r\n\r\n");
        }
        heads.add("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        return heads;
    }

    private static List<String> bombs() {
        return List.of(
                OK + "X: " + "a".repeat(40_000) + "\r\n\r\n",
                OK + "X: a\r\n".repeat(6_000) + "\r\n",
                OK + "X:\r\n".repeat(101) + "\r\n",
                "HTTP/1.1 200 " + "a".repeat(40_000),
                "a".repeat(40_000));
    }

    private static List<String> interim() {
        String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        return List.of(
                hints.repeat(11) + OK + "Content-Length: 0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000),
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 8\r\n\r\npoisoned" + POISON);
    }

    private static List<String> chunks() {
        return List.of(
                CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n",
                CHUNKED + "5 \r\nhello\r\n0\r\n\r\n",
                CHUNKED + "5\r\nhelloX\r\n0\r\n\r\n",
                CHUNKED + "5\r\nhello\n0\r\n\r\n",
                CHUNKED + "5;a\nhello\r\n0\r\n\r\n",
                CHUNKED + "fffffffffffffffff\r\n",
                CHUNKED + "-1\r\n",
                CHUNKED + "0\r\n X: a\r\n\r\n",
                CHUNKED + "0\r\nX: " + "a".repeat(40_000),
                CHUNKED + "5;a=" + "b".repeat(5_000) + "\r\nhello\r\n0\r\n\r\n",
                CHUNKED + "5\r\nhello\r\n" + POISON);
    }

    private static List<String> tooMuch() {
        return List.of(
                OK + "Content-Length: 5\r\n\r\nhello" + POISON,
                OK + "Content-Length: 0\r\n\r\n" + POISON,
                OK + "Content-Length: 0\r\n\r\n" + POISON.repeat(100),
                OK + "Content-Length: 5\r\n\r\nhello\r\n",
                OK + "Content-Length: 5\r\n\r\nhelloHTTP/1.1 2",
                CHUNKED + "5\r\nhello\r\n0\r\n\r\n" + POISON,
                CHUNKED + "0\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n" + POISON,
                "HTTP/1.1 204 No Content\r\nContent-Length: 8\r\n\r\npoisoned",
                "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n" + POISON,
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 8\r\n\r\npoisoned",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 103 A\r\n\r\n");
    }
}
