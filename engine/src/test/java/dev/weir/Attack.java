package dev.weir;

import java.util.List;

/// A row of a table of attacks: the bytes that a client sends, and the status that it gets before its connection
/// is closed.
///
/// @param row what the row is about
/// @param bytes as ISO-8859-1
record Attack(String row, int status, String bytes) {
    private static final int LONGEST_NAME = 70;

    static Attack refused(String row, String bytes) {
        return new Attack(row, 400, bytes);
    }

    /// A field more in an otherwise good GET.
    static Attack field(String row, String line) {
        return refused(row, "GET /a HTTP/1.1\r\nHost: weir.test\r\n" + line + "\r\n\r\n");
    }

    /// A good head with these fields, and a body that starts with 12 bytes which could be chunks, or not.
    static Attack framing(String row, int status, String... lines) {
        return new Attack(
                row,
                status,
                "POST /a HTTP/1.1\r\nHost: weir.test\r\n"
                        + String.join("\r\n", lines)
                        + "\r\n\r\n2\r\nab\r\n0\r\n\r\n");
    }

    /// A good head that announces chunks, and these.
    static Attack chunks(String row, String chunks) {
        return refused(
                row,
                "POST /a HTTP/1.1\r\nHost: weir.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunks);
    }

    static Attack line(String row, int status, String requestLine) {
        return new Attack(row, status, requestLine + "\r\nHost: weir.test\r\n\r\n");
    }

    static Attack host(String row, String... lines) {
        return refused(row, "GET /a HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
    }

    /// The bytes without their head.
    int headLength() {
        return bytes.indexOf("\r\n\r\n") + 4;
    }

    static List<Attack> all(List<List<Attack>> tables) {
        return tables.stream().flatMap(List::stream).toList();
    }

    @Override
    public String toString() {
        String shown = bytes.replace("\r", "\\r").replace("\n", "\\n").replace("\u0000", "\\0");
        int from = shown.indexOf("weir.test\\r\\n");
        String rest = shown.substring(from < 0 ? 0 : Math.min(from + 13, shown.length()));
        String told = rest.length() < 6 ? shown : rest;
        return row + ": " + told.substring(0, Math.min(told.length(), LONGEST_NAME));
    }
}
