package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `weir upgrade`: lets the program as it is installed now take the place of a running gateway.
@Command(
        name = "upgrade",
        header = "Lets Weir as it is installed now take over from a running gateway.",
        description = {
            "",
            "A new process is started with the words of the old one, reads its file, and gets the",
            "listening sockets: no connection is refused and no request lost. When it serves, the old",
            "one drains and ends; if it cannot start, the old one goes on. The signal USR2 does the same.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the new process serves",
            "1:it does not, or this gateway cannot be taken over; it goes on as it was",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir validate weir.yaml && weir upgrade",
            "  weir upgrade --socket /run/weir/admin.sock"
        })
public final class UpgradeVerb implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    /// The new process opens its API when the old one has closed its own.
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Override
    public Integer call() {
        return options.ask(this::upgrade);
    }

    private int upgrade(AdminApi api) throws Unreachable, Declined {
        JsonNode before = api.json("/api/v1/overview");
        long pid = begin(api).path("pid").asLong();
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "process %d has taken over from process %d, which drains"
                        .formatted(pid, before.path("pid").asLong()));
        out.flush();
        Optional<JsonNode> now = answer(api, pid);
        if (now.isPresent()) {
            String was = before.path("version").asText();
            String is = now.get().path("version").asText();
            JsonNode configuration = now.get().path("configuration");
            out.println(
                    "Weir %s%s, version %d from %s"
                            .formatted(
                                    is,
                                    is.equals(was) ? "" : " (" + was + " before)",
                                    configuration.path("version").asLong(),
                                    configuration.path("source").asText()));
            out.flush();
        } else {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "weir: it serves, but its admin API was not reached within %d s; what it says itself tells more."
                            .formatted(ANSWERS_WITHIN.toSeconds()));
            err.flush();
        }
        return ExitCode.DONE;
    }

    private static JsonNode begin(AdminApi api) throws Unreachable, Declined {
        try {
            return api.within(AdminApi.LONG)
                    .send("POST", "/api/v1/upgrade", Optional.empty(), Map.of())
                    .json();
        } catch (Declined e) {
            if (e.report().isEmpty()) {
                throw e;
            }
            // What the new process has said, and then what that means.
            throw new Declined(
                    e.status(),
                    String.valueOf(e.getMessage()),
                    e.report().stripTrailing() + "\nweir: " + e.getMessage() + "\n");
        }
    }

    /// What the new process says of itself; empty if it is not reached in time. Its socket is where the old one's was, or has its
    /// own name in the same folder.
    private static Optional<JsonNode> answer(AdminApi api, long pid) {
        List<AdminApi> places = new ArrayList<>(List.of(api));
        if (api.place() instanceof Place.OnSocket at) {
            places.add(new AdminApi(new Place.OnSocket(at.path().resolveSibling(pid + ".sock"))));
        }
        long began = System.nanoTime();
        do {
            for (AdminApi place : places) {
                try {
                    JsonNode overview = place.within(ANSWERS_WITHIN).json("/api/v1/overview");
                    if (overview.path("pid").asLong() == pid) {
                        return Optional.of(overview);
                    }
                } catch (Unreachable | Declined _) {
                    // Not yet.
                }
            }
        } while (System.nanoTime() - began < ANSWERS_WITHIN.toNanos()
                && Requests.pause(BETWEEN_LOOKS));
        return Optional.empty();
    }
}
