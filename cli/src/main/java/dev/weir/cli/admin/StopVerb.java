package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir stop`: drains a running gateway and ends it.
@Command(
        name = "stop",
        header = "Drains a running gateway and ends it.",
        description = {
            "",
            "As the signal TERM does: requests in flight are finished within the time of drain ›",
            "timeout, then it exits. Returns at once, unless it is told to wait.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it is draining; with --wait: it has ended",
            "1:with --wait: it has not ended within the time",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {"  weir stop", "  weir stop --wait --within 1m", "  weir stop --pid 4242"})
public final class StopVerb implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Option(names = "--wait", description = "Waits until it has ended.")
    private boolean wait;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            description = "How long to wait; ${DEFAULT-VALUE} unless said.",
            defaultValue = "2m")
    private Duration within = Duration.ofMinutes(2);

    @Override
    public Integer call() {
        return options.ask(this::stop);
    }

    private int stop(AdminApi api) throws Unreachable, Declined {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode overview = api.json("/api/v1/overview");
        api.send("POST", "/api/v1/drain", Optional.empty(), Map.of());
        long pid = overview.path("pid").asLong();
        int inFlight = overview.path("totals").path("in_flight").asInt();
        out.println("process " + pid + " is draining, with " + Requests.count(inFlight));
        out.flush();
        if (!wait) {
            return ExitCode.DONE;
        }
        long deadline = System.nanoTime() + within.toNanos();
        while (runs(api, pid)) {
            if (System.nanoTime() - deadline > 0 || !Requests.pause(BETWEEN_LOOKS)) {
                spec.commandLine()
                        .getErr()
                        .println("weir: process " + pid + " has not ended within the time.");
                return ExitCode.FAILED;
            }
        }
        out.println("process " + pid + " has ended");
        out.flush();
        return ExitCode.DONE;
    }

    /// Whether the process is there: asked of the system where it is this one's, else of the API. One may go a moment before the other.
    private static boolean runs(AdminApi api, long pid) {
        if (api.place() instanceof Place.OnSocket) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
        try {
            return api.json("/api/v1/overview").path("pid").asLong() == pid;
        } catch (Unreachable | Declined _) {
            return false;
        }
    }
}
