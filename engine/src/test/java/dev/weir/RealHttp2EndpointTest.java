package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.testkit.GeneratedBody;
import dev.weir.testkit.HashedResponse;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Before `nghttpd` of nghttp2, where that is installed (Debian: nghttp2-server).
class RealHttp2EndpointTest {
    @TempDir Path folder;
    private Process nghttpd;
    private Gate gate;
    private GeneratedBody large;

    @BeforeEach
    void open() throws Exception {
        Installed.assume("nghttpd");
        large = new GeneratedBody(5_000_000);
        Files.writeString(folder.resolve("small.txt"), "hello");
        try (OutputStream file = Files.newOutputStream(folder.resolve("large.bin"))) {
            large.writeTo(file);
        }
        int port = ScriptedEndpoint.deadPort();
        nghttpd =
                new ProcessBuilder(
                                "nghttpd",
                                "--no-tls",
                                "--address=127.0.0.1",
                                "--echo-upload",
                                "--trailer=grpc-status: 0",
                                "-d",
                                folder.toString(),
                                Integer.toString(port))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        await().ignoreException(IOException.class)
                .until(
                        () -> {
                            try (Socket _ = new Socket("127.0.0.1", port)) {
                                return true;
                            }
                        });
        gate =
                Gate.open(
                        """
                        routes: [{ to: all, timeout: 20s, retry: off }]
                        services:
                          all: { endpoints: ["127.0.0.1:%s"], protocol: h2c, health: /small.txt }
                        """
                                .formatted(port));
    }

    @AfterEach
    void close() {
        if (gate != null) {
            gate.close();
            nghttpd.destroy();
        }
    }

    @Test
    void passesFilesAndUploads() throws Exception {
        RawResponse small = gate.get("/small.txt");
        assertThat(small.text()).isEqualTo("hello");
        assertThat(small.header("Server")).startsWith("nghttpd");
        assertThat(gate.get("/missing").status()).isEqualTo(404);
        try (RawClient client = gate.client()) {
            client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
            HashedResponse got = client.readHashed();
            assertThat(got.bytes()).isEqualTo(5_000_000);
            assertThat(got.sha256()).isEqualTo(large.sha256());
        }
        GeneratedBody body = new GeneratedBody(60_000);
        try (RawClient client = gate.client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send(body, true);
            assertThat(client.readHashed().sha256()).isEqualTo(body.sha256());
        }
    }

    @Test
    void servesManyClientsAtOnce() throws Exception {
        List<Thread> clients = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            boolean much = i % 4 == 0;
            clients.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (RawClient client = gate.client()) {
                                            for (int n = 0; n < (much ? 2 : 100); n++) {
                                                ask(client, much);
                                            }
                                        } catch (IOException | AssertionError e) {
                                            synchronized (failures) {
                                                failures.add(e);
                                            }
                                        }
                                    }));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failures).isEmpty();
    }

    private void ask(RawClient client, boolean much) {
        client.send("GET /" + (much ? "large.bin" : "small.txt") + " HTTP/1.1\r\nHost: a\r\n\r\n");
        if (much) {
            assertThat(client.readHashed().sha256()).isEqualTo(large.sha256());
        } else {
            assertThat(client.readResponse().text()).isEqualTo("hello");
        }
    }
}
