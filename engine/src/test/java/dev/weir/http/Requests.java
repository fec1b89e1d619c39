package dev.weir.http;

import dev.weir.exchange.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Makes exchanges whose request is already read, for tests of what comes after the codec.
public final class Requests {
    private Requests() {}

    public static Exchange get(String host, String target, String... fields) {
        return of("GET", host, target, fields);
    }

    /// @param host as a client sends it, with or without port
    /// @param target path and query; the path is normalised, slashes merged
    /// @param fields each `Name: value`
    /// @throws IllegalArgumentException if the path is refused
    public static Exchange of(String method, String host, String target, String... fields) {
        Exchange exchange = new Exchange();
        read(exchange.request(), method, host, target, fields);
        return exchange;
    }

    private static void read(
            RequestHead head, String method, String host, String target, String... fields) {
        Headers headers = head.headers();
        head.methodStart = headers.end;
        headers.append(ascii(method));
        head.methodEnd = headers.end;
        head.knownMethod = Method.recognise(headers.bytes, head.methodStart, head.methodEnd);
        int question = target.indexOf('?');
        headers.append(ascii(question < 0 ? target : target.substring(0, question)));
        head.pathStart = head.methodEnd;
        head.pathEnd = headers.end;
        if (!target.equals("*")) {
            int end = PathNormaliser.normalise(headers.bytes, head.pathStart, head.pathEnd, true);
            if (end < 0) {
                throw new IllegalArgumentException(PathNormaliser.says(end));
            }
            head.pathEnd = end;
        }
        if (question >= 0) {
            head.queryStart = headers.end;
            headers.append(ascii(target.substring(question + 1)));
            head.queryEnd = headers.end;
        }
        readHost(head, host);
        head.minorVersion = 1;
        for (String field : fields) {
            int colon = field.indexOf(':');
            headers.add(field.substring(0, colon), field.substring(colon + 1).strip());
        }
    }

    private static void readHost(RequestHead head, String host) {
        Headers headers = head.headers();
        headers.add(Field.HOST.text(), host);
        head.authorityStart = headers.end - host.length();
        head.authorityEnd = headers.end;
        String bare = host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        head.hostStart = headers.end;
        headers.append(ascii(bare));
        head.hostEnd = headers.end;
    }

    /// Lays another path into a request, as it would come with `merge-slashes: false`.
    public static Exchange withRawPath(Exchange exchange, String path) {
        RequestHead head = exchange.request();
        head.pathStart = head.headers().end;
        head.headers().append(ascii(path));
        head.pathEnd = head.headers().end;
        return exchange;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
