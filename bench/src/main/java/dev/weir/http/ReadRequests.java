package dev.weir.http;

import dev.weir.exchange.Exchange;
import java.nio.charset.StandardCharsets;

/// Makes exchanges whose request is already read, so that what comes after the codec is measured alone. Stands in the
/// codec's package because only the codec may write into a head.
public final class ReadRequests {
    private ReadRequests() {}

    /// @param host lower case, without port
    /// @param path normalised
    public static Exchange get(String host, String path) {
        Exchange exchange = new Exchange();
        RequestHead head = exchange.request();
        head.knownMethod = Method.GET;
        head.rewritePath(path);
        head.hostStart = head.headers().end;
        head.headers().append(host.getBytes(StandardCharsets.US_ASCII));
        head.hostEnd = head.headers().end;
        return exchange;
    }
}
