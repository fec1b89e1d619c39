package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.tls.Pki;
import dev.weir.tls.TlsWall;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages of Java's own WebSocket client, in the clear and over TLS on both sides.
class WebSocketMessagesTest {
    @TempDir private Path folder;

    @Test
    void comeBackInTheClear() throws Exception {
        try (WebSocketEcho echo = WebSocketEcho.start();
                Gate gate = Gate.open(Gate.to(echo.address()))) {
            converse("ws://127.0.0.1:" + gate.port() + "/", SSLContext.getDefault());
        }
    }

    @Test
    void comeBackOverTls() throws Exception {
        Pki pki = Pki.in(folder);
        pki.server("site", "localhost");
        try (WebSocketEcho echo = WebSocketEcho.start();
                TlsWall wall =
                        TlsWall.before(
                                echo.port(),
                                pki.showing(pki.server("endpoint", "localhost")),
                                false);
                Gate gate =
                        Gate.openWith(
                                """
                                weir: 1
                                listeners: { web: { listen: "127.0.0.1:0", tls: { certificates: [%s] } } }
                                routes: [{ to: all }]
                                services: { all: { endpoints: ["%s"], tls: { ca: "%s" } } }
                                """
                                        .formatted(
                                                pki.pair("site"),
                                                wall.url("localhost"),
                                                pki.file("ca.pem")))) {
            converse("wss://localhost:" + gate.port() + "/", pki.trusting());
        }
    }

    private static void converse(String url, SSLContext trusting) throws Exception {
        Heard heard = new Heard();
        try (HttpClient http = HttpClient.newBuilder().sslContext(trusting).build()) {
            WebSocket socket = http.newWebSocketBuilder().buildAsync(URI.create(url), heard).join();
            String message = "grüße ".repeat(20_000);
            socket.sendText(message, true).join();
            assertThat(heard.text.get(5, TimeUnit.SECONDS)).isEqualTo(message);
            socket.sendClose(1000, "done").join();
            assertThat(heard.closed.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
        }
    }

    /// One message and the close.
    private static final class Heard implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();
        private final CompletableFuture<String> text = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            parts.append(part);
            if (last) {
                text.complete(parts.toString());
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }
}
