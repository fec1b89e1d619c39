package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.admin.AdminConfig;
import dev.weir.admin.AdminSocket;
import dev.weir.admin.SocketPlace;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The admin API's Unix socket: who can open it, and where it is found.
class AdminSocketTest {
    @TempDir Path folder;

    private WeirConfig config(Path socket) {
        return WeirConfig.DEFAULTS
                .withListener("web", dev.weir.listen.ListenerConfig.of(0))
                .withAdmin(
                        AdminConfig.onPort(0)
                                .withToken("secret-of-the-port")
                                .withSocket(AdminSocket.of(socket.toString())));
    }

    private static String get(Path socket, String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(
                    ByteBuffer.wrap(
                            ("GET " + path + " HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1)));
            ByteBuffer read = ByteBuffer.allocate(1 << 16);
            while (channel.read(read) >= 0) {
                assertThat(read.hasRemaining()).isTrue();
            }
            return new String(read.array(), 0, read.position(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void isThisUsersAloneAndNeedsNoToken() throws Exception {
        Path socket = folder.resolve("admin.sock");
        try (Weir weir = Weir.start(config(socket))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(get(socket, "/api/v1/overview")).startsWith("HTTP/1.1 200 ");
            assertThat(weir.admin().orElseThrow().socket()).contains(socket);
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactly(socket);
            }
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void takesThePlaceOfOneThatAKilledProcessLeft() throws Exception {
        Path socket = folder.resolve("admin.sock");
        try (var left = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        try (Weir weir = Weir.start(config(socket))) {
            assertThat(weir.admin()).isPresent();
            assertThat(get(socket, "/live")).endsWith("live\n");
        }
    }

    @Test
    void doesNotTakeThePlaceOfAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "dear diary");
        assertThatThrownBy(() -> Weir.start(config(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no socket");
        assertThat(file).hasContent("dear diary");
    }

    @Test
    void isFoundInAFolderThatIsThisUsersAlone() throws Exception {
        SocketPlace place =
                SocketPlace.usual(
                        name -> name.equals("XDG_RUNTIME_DIR") ? folder.toString() : null);
        assertThat(place.folder()).isEqualTo(folder.resolve("weir"));
        assertThat(place.sockets()).isEmpty();

        Files.createDirectory(
                place.folder(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path socket = Files.createFile(place.folder().resolve("1.sock"));
        assertThat(place.sockets()).containsExactly(socket);

        Files.setPosixFilePermissions(place.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(place.sockets()).isEmpty();
    }

    @Test
    void isAnErrorWhereThePortIsTakenThatWasWritten() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ServerSocket taken =
                new ServerSocket(0, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
            WeirConfig config =
                    WeirConfig.DEFAULTS
                            .withListener("web", dev.weir.listen.ListenerConfig.of(0))
                            .withAdmin(AdminConfig.onPort(taken.getLocalPort()));
            assertThatThrownBy(
                            () -> Weir.start(config, WeirOptions.DEFAULTS.withEvents(lines::add)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the admin API cannot listen at 127.0.0.1:");
        }
    }

    @Test
    void isOnlyALineWhereThePortIsTakenThatNobodyHasAskedFor() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        WeirConfig config =
                WeirConfig.DEFAULTS.withListener("web", dev.weir.listen.ListenerConfig.of(0));
        WeirOptions options = WeirOptions.DEFAULTS.withEvents(lines::add).withUsualAdmin(true);
        try (ServerSocket _ = taken(AdminConfig.USUAL.port());
                Weir weir = Weir.start(config, options)) {
            assertThat(weir.admin().orElseThrow().address()).isEmpty();
            assertThat(lines)
                    .anyMatch(line -> line.startsWith("admin  cannot listen at 127.0.0.1:9900"));
            Path socket = weir.admin().orElseThrow().socket().orElseThrow();
            assertThat(SocketPlace.usual(System::getenv).sockets()).contains(socket);
            assertThat(get(socket, "/live")).endsWith("live\n");
        }
    }

    /// Takes a port, unless somebody has it already.
    private static ServerSocket taken(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new java.net.InetSocketAddress("127.0.0.1", port));
        } catch (java.net.BindException _) {
            return socket;
        }
        return socket;
    }
}
