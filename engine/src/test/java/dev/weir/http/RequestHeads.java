package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Fills request heads without a parser, also with what no parser would let through.
public final class RequestHeads {
    private RequestHeads() {}

    /// @param target path and query
    /// @param fields names and values in turn, taken as ISO-8859-1
    public static void fill(RequestHead head, String method, String target, String... fields) {
        head.clear();
        Headers headers = head.headers();
        head.methodStart = append(headers, method);
        head.methodEnd = headers.end;
        byte[] bytes = method.getBytes(StandardCharsets.ISO_8859_1);
        head.knownMethod = Method.recognise(bytes, 0, bytes.length);
        int question = target.indexOf('?');
        head.pathStart = append(headers, question < 0 ? target : target.substring(0, question));
        head.pathEnd = headers.end;
        if (question >= 0) {
            headers.append((byte) '?');
            head.queryStart = append(headers, target.substring(question + 1));
            head.queryEnd = headers.end;
        }
        head.minorVersion = 1;
        head.persistent = true;
        for (int i = 0; i < fields.length; i += 2) {
            field(head, fields[i], fields[i + 1]);
        }
    }

    public static void minorVersion(RequestHead head, int minorVersion) {
        head.minorVersion = minorVersion;
    }

    public static void bodyLength(RequestHead head, long bodyLength) {
        head.bodyLength = bodyLength;
    }

    private static void field(RequestHead head, String name, String value) {
        Headers headers = head.headers();
        int nameStart = append(headers, name);
        int valueStart = append(headers, value);
        headers.row(nameStart, valueStart, valueStart, headers.end, Field.recognise(name));
        if (name.equalsIgnoreCase("Host")) {
            head.authorityStart = valueStart;
            head.authorityEnd = headers.end;
            head.hostStart =
                    append(headers, value.toLowerCase(Locale.ROOT).replaceAll(":\\d+$", ""));
            head.hostEnd = headers.end;
        }
    }

    private static int append(Headers headers, String text) {
        int start = headers.end;
        headers.append(text.getBytes(StandardCharsets.ISO_8859_1));
        return start;
    }
}
