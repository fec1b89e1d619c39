package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Exit codes of the real program that do not need a running gateway.
class ProgramTest {
    @TempDir Path directory;

    @Test
    void exits1OnAWrongFileAndHasBoundNothing() throws IOException {
        int port = freePort();
        Files.writeString(
                directory.resolve("weir.yaml"),
                "weir: 1\nlisteners: { web: \"127.0.0.1:" + port + "\" }\nroots: []\n");
        try (Program weir = Program.start(directory, "run")) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err()).contains("weir.yaml", "roots", "nothing was started.");
            assertThat(weir.out()).isEmpty();
        }
    }

    @Test
    void exits1WithoutAFileAndSaysWhatToDo() {
        try (Program weir = Program.start(directory, "run")) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err())
                    .contains("there is no weir.yaml here", "weir run --listen", "weir demo");
        }
    }

    @Test
    void exits2OnWrongUsage() {
        try (Program weir = Program.start(directory, "run", "--port", "1")) {
            assertThat(weir.exitCode()).isEqualTo(2);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhoHoldsThePortAndExits1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program weir =
                        Program.start(
                                directory,
                                "run",
                                "--listen",
                                "127.0.0.1:" + taken.getLocalPort(),
                                "--to",
                                "127.0.0.1:9")) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err())
                    .contains(
                            "cannot listen on 127.0.0.1:" + taken.getLocalPort(),
                            "listener \"web\"",
                            "in use by java (process " + ProcessHandle.current().pid() + ")",
                            "Nothing was started.");
        }
    }

    @Test
    void endpointEndsWith0OnTerm() {
        try (Program endpoint =
                Program.start(directory, "endpoint", "--port", "0", "--name", "a")) {
            endpoint.awaitOut("a answers at http://127.0.0.1:").terminate();
            assertThat(endpoint.exitCode()).isZero();
        }
    }

    @Test
    void endpointSaysWhyItCannotListen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Program endpoint =
                        Program.start(
                                directory,
                                "endpoint",
                                "--name=a",
                                "--port=" + taken.getLocalPort())) {
            assertThat(endpoint.exitCode()).isEqualTo(1);
            assertThat(endpoint.err())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort(), "in use");
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
