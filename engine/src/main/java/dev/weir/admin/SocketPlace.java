package dev.weir.admin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The folder of a user's admin sockets, where the verbs of the command line find the gateways of the same user: `weir` in
/// `$XDG_RUNTIME_DIR`, else in `/run` where this user may write, else `weir-NAME` in the folder for temporary files. Only the user can
/// look into it; one that belongs to somebody else is refused, because whoever made it could answer in the gateway's place. Immutable.
///
/// @param folder may not exist yet
public record SocketPlace(Path folder) {
    private static final Set<PosixFilePermission> MINE =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> MINE_TO_OPEN =
            PosixFilePermissions.fromString("rw-------");
    private static final String END = ".sock";

    /// @param environment the value of a variable, or null
    public static SocketPlace usual(UnaryOperator<@Nullable String> environment) {
        String runtime = environment.apply("XDG_RUNTIME_DIR");
        Path run = Path.of("/run");
        if (runtime != null && !runtime.isEmpty() && Files.isWritable(Path.of(runtime))) {
            return new SocketPlace(Path.of(runtime, "weir"));
        }
        if (Files.isWritable(run)) {
            return new SocketPlace(run.resolve("weir"));
        }
        return new SocketPlace(
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "weir-" + System.getProperty("user.name")));
    }

    /// Where root finds the gateway that systemd runs as a user of its own: the unit (`packaging/weir.service`) gives it `/run/weir`. The
    /// first has sockets without a path of their own, the second those that a file names there.
    public static List<SocketPlace> ofTheService() {
        Path run = Path.of("/run/weir");
        return List.of(new SocketPlace(run.resolve("weir")), new SocketPlace(run));
    }

    /// Makes the folder, if need be, and finds a name in it that nobody has.
    ///
    /// @param process the gateway's process id
    /// @throws IOException if it cannot be made, or belongs to somebody else
    Path free(long process) throws IOException {
        make();
        Path path = folder.resolve(process + END);
        for (int next = 2; Files.exists(path, LinkOption.NOFOLLOW_LINKS); next++) {
            path = folder.resolve(process + "-" + next + END);
        }
        return path;
    }

    private void make() throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(MINE));
        } catch (FileAlreadyExistsException _) {
            if (!mine()) {
                throw new IOException(
                        folder + " belongs to another user, or others may write to it");
            }
        }
        clear();
    }

    private boolean mine() throws IOException {
        PosixFileAttributes found =
                Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        Path probe = Files.createTempFile("weir", "");
        try {
            return found.isDirectory()
                    && found.permissions().equals(MINE)
                    && found.owner().equals(Files.getOwner(probe));
        } finally {
            Files.delete(probe);
        }
    }

    /// Takes away what processes have left that were killed.
    private void clear() throws IOException {
        for (Path socket : all()) {
            String name = socket.getFileName().toString();
            String digits = name.replaceFirst("(-[0-9]+)?\\.sock$", "");
            if (digits.matches("[0-9]{1,18}")
                    && ProcessHandle.of(Long.parseLong(digits)).isEmpty()) {
                Files.deleteIfExists(socket);
            }
        }
    }

    /// The sockets that are there, whether or not anybody answers; none if the folder is not this user's alone.
    ///
    /// @throws IOException if the folder cannot be read
    public List<Path> sockets() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || !mine()) {
            return List.of();
        }
        return all();
    }

    /// The sockets that are there, in a folder of whatever user, for root: none if others than that user may write to it.
    ///
    /// @throws IOException if the folder cannot be read
    public List<Path> socketsOfItsUser() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        Set<PosixFilePermission> may =
                Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        boolean othersWrite =
                may.contains(PosixFilePermission.GROUP_WRITE)
                        || may.contains(PosixFilePermission.OTHERS_WRITE);
        return othersWrite ? List.of() : all();
    }

    private List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + END)) {
            files.forEach(found::add);
        }
        Collections.sort(found);
        return found;
    }

    /// Lets only this user open a socket.
    static void close(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, MINE_TO_OPEN);
    }
}
