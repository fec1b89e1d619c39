package dev.weir.bench;

import dev.weir.exchange.Exchange;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestParser;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Makes exchanges whose request is already read, so that what comes after the codec is measured alone.
final class ReadRequests {
    private ReadRequests() {}

    static Exchange get(String host, String path) {
        Exchange exchange = new Exchange();
        String text = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        Parsed parsed =
                new RequestParser(LimitsConfig.DEFAULTS)
                        .parse(
                                Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII),
                                exchange.request());
        if (parsed != Parsed.COMPLETE) {
            throw new IllegalArgumentException(parsed + ": " + text);
        }
        return exchange;
    }
}
