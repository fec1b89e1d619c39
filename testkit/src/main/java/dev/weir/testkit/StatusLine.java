package dev.weir.testkit;

import java.net.ProtocolException;

/// The first line of a response. Source: RFC 9112 §4.
record StatusLine(String version, int status, String reason) {
    static StatusLine parse(String line) throws ProtocolException {
        boolean right =
                line.length() >= 13
                        && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
                        && line.charAt(12) == ' '
                        && line.charAt(9) >= '1'
                        && line.charAt(9) <= '9';
        for (int i = 10; right && i < 12; i++) {
            right = line.charAt(i) >= '0' && line.charAt(i) <= '9';
        }
        if (!right) {
            throw new ProtocolException("not a status line: " + Text.shown(line));
        }
        return new StatusLine(
                line.substring(0, 8), Integer.parseInt(line.substring(9, 12)), line.substring(13));
    }
}
