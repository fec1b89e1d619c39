package dev.weir.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;

/// The messages of the side-by-side scenarios, as bytes in the direct buffers that a transport reads into.
final class BrowserMessages {
    /// What a browser behind a login sends: 12 fields.
    static final String REQUEST =
            """
            GET /catalogue/item?id=4711 HTTP/1.1
            Host: 127.0.0.1:8080
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Accept-Language: en-GB,en;q=0.7,de;q=0.3
            Accept-Encoding: gzip, deflate, br, zstd
            Referer: https://shop.example.com/catalogue/page/17
            Cookie: session=4f0c1d8e2b7a49569d3e8c5fa1b2c3d4; theme=dark; consent=yes
            Sec-Fetch-Dest: document
            Sec-Fetch-Mode: navigate
            Sec-Fetch-Site: same-origin
            Priority: u=0, i
            X-Request-Context: 7d1f3c58-90ab-4cde-8f01-23456789abcd

            """;

    /// What nginx as the endpoint answers.
    static final String ANSWER =
            """
            HTTP/1.1 200 OK
            Server: nginx/1.26.3
            Date: Sat, 21 Nov 2026 21:26:00 GMT
            Content-Type: text/plain
            Content-Length: 1024
            Connection: keep-alive

            """;

    private BrowserMessages() {}

    static ByteBuf request() {
        return lines(REQUEST);
    }

    static ByteBuf answer() {
        return lines(ANSWER);
    }

    /// 16 KB in four chunks, with the end.
    static ByteBuf chunks() {
        return lines(("1000\n" + "b".repeat(4096) + "\n").repeat(4) + "0\n\n");
    }

    private static ByteBuf lines(String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        return PooledByteBufAllocator.DEFAULT.directBuffer(bytes.length).writeBytes(bytes);
    }
}
