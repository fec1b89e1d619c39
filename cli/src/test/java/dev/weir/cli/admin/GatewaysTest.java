package dev.weir.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.Weir;
import dev.weir.WeirOptions;
import dev.weir.admin.SocketPlace;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which gateway is meant where nobody says it.
class GatewaysTest {
    @TempDir private Path folder;
    private Weir own;
    private Weir service;
    private SocketPlace ownPlace;
    private SocketPlace servicePlace;

    @BeforeEach
    void start() throws Exception {
        ownPlace = new SocketPlace(made("own"));
        servicePlace = new SocketPlace(made("service"));
        own = weir(ownPlace.folder().resolve("1.sock"));
        service = weir(servicePlace.folder().resolve("2.sock"));
    }

    @AfterEach
    void stop() {
        own.close();
        service.close();
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static Weir weir(Path socket) throws Exception {
        String yaml =
                """
                weir: 1
                admin: { listen: off, socket: %s }
                listeners: { web: "127.0.0.1:0" }
                routes: [{ respond: { status: 200, body: here } }]
                """
                        .formatted(socket);
        return Weir.start(
                (Reading.Loaded) ConfigFile.read("weir.yaml", yaml, Path.of(""), _ -> null),
                WeirOptions.DEFAULTS);
    }

    private static Place.OnSocket in(SocketPlace place, String name) {
        return new Place.OnSocket(place.folder().resolve(name));
    }

    @Test
    void itIsTheUsersOwn() throws Exception {
        assertThat(new Gateways(ownPlace, List.of(servicePlace)).one(Optional.empty()))
                .isEqualTo(in(ownPlace, "1.sock"));
    }

    @Test
    void itIsTheServicesWhereRootHasNoneOfItsOwn() throws Exception {
        own.close();
        assertThat(new Gateways(ownPlace, List.of(servicePlace)).one(Optional.empty()))
                .isEqualTo(in(servicePlace, "2.sock"));
        assertThat(
                        new Gateways(ownPlace, List.of(servicePlace))
                                .one(Optional.of(ProcessHandle.current().pid())))
                .isEqualTo(in(servicePlace, "2.sock"));
        assertThatThrownBy(() -> new Gateways(ownPlace, List.of()).one(Optional.empty()))
                .as("nobody else looks there")
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining("no socket that answers in " + ownPlace.folder() + ")");
    }

    @Test
    void theServiceMayBeAnotherUsers() throws Exception {
        own.close();
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "only root can give a folder to another user");
        Files.setOwner(
                servicePlace.folder(),
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody"));
        assertThat(servicePlace.sockets()).as("it is not root's").isEmpty();
        assertThat(new Gateways(ownPlace, List.of(servicePlace)).one(Optional.empty()))
                .isEqualTo(in(servicePlace, "2.sock"));
    }

    @Test
    void aFolderThatOthersMayWriteToCountsForNothing() throws Exception {
        own.close();
        Files.setPosixFilePermissions(
                servicePlace.folder(), PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(
                        () -> new Gateways(ownPlace, List.of(servicePlace)).one(Optional.empty()))
                .isInstanceOf(Unreachable.class)
                .hasMessageContaining(ownPlace.folder() + ", " + servicePlace.folder());
    }
}
