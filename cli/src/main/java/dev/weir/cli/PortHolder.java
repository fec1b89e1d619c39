package dev.weir.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The process that listens on a TCP port, as far as Linux lets this user see it (`/proc`, proc(5)); elsewhere
/// nobody is found. Immutable.
///
/// @param name the program's short name
record PortHolder(long pid, String name) {
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    static Optional<PortHolder> of(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            sockets.addAll(sockets(Path.of(table), port));
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    String name = Files.readString(process.resolve("comm")).strip();
                    long pid = Long.parseLong(process.getFileName().toString());
                    return Optional.of(new PortHolder(pid, name));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /// The links by which `/proc/PID/fd` names the sockets that listen on a port.
    private static Set<String> sockets(Path table, int port) {
        Set<String> found = new HashSet<>();
        try {
            String local = String.format(Locale.ROOT, ":%04X", port);
            for (String line : Files.readAllLines(table)) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > INODE
                        && columns[LOCAL].endsWith(local)
                        && columns[STATE].equals(LISTENING)) {
                    found.add("socket:[" + columns[INODE] + "]");
                }
            }
        } catch (IOException e) {
            return found;
        }
        return found;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path each : open) {
                if (Files.isSymbolicLink(each)
                        && sockets.contains(Files.readSymbolicLink(each).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // another user's process, or one that has just ended
        }
        return false;
    }
}
