package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.admin.SocketPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the gateways of this user by their sockets, and where root has none of its own, that of the service. Immutable.
///
/// @param folder of this user
/// @param services where the service of this machine has its sockets; empty for others than root
record Gateways(SocketPlace folder, List<SocketPlace> services) {
    /// Whoever takes longer to say who it is does not count as running.
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(3);

    /// Those that this process may look for.
    static Gateways ofThisUser() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return new Gateways(
                SocketPlace.usual(System::getenv), root ? SocketPlace.ofTheService() : List.of());
    }

    /// One that answers.
    ///
    /// @param overview as the API tells it
    record Running(Path socket, JsonNode overview) {
        long pid() {
            return overview.path("pid").asLong();
        }
    }

    /// All that answer, in the order of their sockets' names. A socket that nobody listens to was left by a process that was killed.
    List<Running> all() throws Unreachable {
        return answering(sockets(folder, SocketPlace::sockets));
    }

    private List<Running> ofTheService() throws Unreachable {
        List<Path> sockets = new ArrayList<>();
        for (SocketPlace place : services) {
            sockets.addAll(sockets(place, SocketPlace::socketsOfItsUser));
        }
        return answering(sockets);
    }

    private static List<Running> answering(List<Path> sockets) {
        List<Running> all = new ArrayList<>();
        for (Path socket : sockets) {
            answer(socket).ifPresent(overview -> all.add(new Running(socket, overview)));
        }
        return all;
    }

    /// What looks into a folder.
    private interface Look {
        List<Path> into(SocketPlace place) throws IOException;
    }

    private static List<Path> sockets(SocketPlace place, Look look) throws Unreachable {
        try {
            return look.into(place);
        } catch (IOException e) {
            throw new Unreachable(
                    "the folder of gateways, "
                            + place.folder()
                            + ", cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }

    private static Optional<JsonNode> answer(Path socket) {
        try {
            AdminApi api = new AdminApi(new Place.OnSocket(socket)).within(ANSWERS_WITHIN);
            return Optional.of(api.json("/api/v1/overview"));
        } catch (Unreachable | Declined _) {
            return Optional.empty();
        }
    }

    /// The only one there is, or the one of this process.
    ///
    /// @throws Several if there are more
    Place one(Optional<Long> pid) throws Unreachable, Several {
        List<Running> found = meant(all(), pid);
        if (found.isEmpty()) {
            found = meant(ofTheService(), pid);
        }
        if (found.isEmpty()) {
            throw new Unreachable(pid.map(this::notThat).orElseGet(this::none));
        }
        if (found.size() > 1) {
            throw new Several(found);
        }
        return new Place.OnSocket(found.getFirst().socket());
    }

    private static List<Running> meant(List<Running> all, Optional<Long> pid) {
        return all.stream().filter(each -> pid.isEmpty() || each.pid() == pid.get()).toList();
    }

    /// The folders that were looked into.
    private String places() {
        List<String> names = new ArrayList<>(List.of(folder.folder().toString()));
        services.forEach(place -> names.add(place.folder().toString()));
        return String.join(", ", names);
    }

    private String notThat(long pid) {
        return """
        process %d has no socket in %s that answers.
          If its file says admin › socket, name that with --socket PATH; if it is another user's,
          be that user, or use --admin http://127.0.0.1:9900."""
                .formatted(pid, places());
    }

    private String none() {
        return """
        no gateway of this user is running here (no socket that answers in %s).
          Start one: weir run. If its file says admin › socket, name that with --socket PATH; if it is
          another user's or on another machine, use --admin http://127.0.0.1:9900."""
                .formatted(places());
    }

    /// There is more than one, and nobody said which is meant.
    static final class Several extends Exception {
        private static final long serialVersionUID = 1;

        Several(List<Running> found) {
            super(said(found));
        }

        private static String said(List<Running> found) {
            boolean byPid = found.stream().map(Running::pid).distinct().count() == found.size();
            StringBuilder text =
                    new StringBuilder(
                            found.size() + " gateways of this user are running; say which:");
            for (Running each : found) {
                List<String> listeners = new ArrayList<>();
                each.overview()
                        .path("listeners")
                        .properties()
                        .forEach(
                                one -> listeners.add(one.getKey() + " " + one.getValue().asText()));
                text.append("\n  ")
                        .append(byPid ? "--pid " + each.pid() : "--socket " + each.socket())
                        .append("   ")
                        .append(String.join(", ", listeners))
                        .append(", ")
                        .append(each.overview().path("phase").asText())
                        .append(" for ")
                        .append(
                                Age.of(
                                        Duration.ofMillis(
                                                each.overview().path("uptime_ms").asLong())));
            }
            return text.toString();
        }
    }
}
