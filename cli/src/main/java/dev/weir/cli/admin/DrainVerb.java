package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir drain`: takes an endpoint of a running gateway out, or back.
@Command(
        name = "drain",
        header = "Takes an endpoint out of a running gateway, or back.",
        description = {
            "",
            "A drained endpoint gets no new requests; those under way are finished. It stays out, also",
            "across reloads and upgrades, until it is taken back. To end the gateway itself: weir stop.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; with --wait: no request is under way any more",
            "1:not done: there is no such endpoint, somebody else has just changed it, or with --wait the "
                    + "time was up",
            ExitCode.SAYS_USAGE,
            ExitCode.SAYS_UNREACHABLE
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir drain users/10.0.0.11:8080 --wait        before the endpoint is restarted",
            "  weir drain users/10.0.0.11:8080 --undo        takes it back",
            "  weir drain users/10.0.0.11:8080 --down        closes idle connections to it too",
            "  weir drain users/10.0.0.11:8080 --weight 10   as many requests as a weight of 10 gets"
        })
public final class DrainVerb implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(
            paramLabel = "SERVICE/ENDPOINT",
            description = "As in the file: users/10.0.0.11:8080. weir status lists them.")
    private String which = "";

    @Option(names = "--undo", description = "Takes it back: it is ready again.")
    private boolean undo;

    @Option(names = "--down", description = "Takes it down: idle connections to it are closed.")
    private boolean down;

    @Option(
            names = "--weight",
            paramLabel = "N",
            description = "Leaves it where it is, with another weight, 1 to 1000.")
    private Optional<Integer> weight = Optional.empty();

    @Option(names = "--wait", description = "Waits until no request to it is under way.")
    private boolean wait;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            description = "How long to wait; ${DEFAULT-VALUE} unless said.",
            defaultValue = "2m")
    private Duration within = Duration.ofMinutes(2);

    @Override
    public Integer call() {
        if ((undo ? 1 : 0) + (down ? 1 : 0) + (weight.isPresent() ? 1 : 0) > 1) {
            throw usage("--undo, --down and --weight are different things: say one of them.");
        }
        if (wait && (undo || weight.isPresent())) {
            throw usage("--wait waits for an endpoint that is taken out.");
        }
        int slash = which.indexOf('/');
        if (slash < 1 || slash == which.length() - 1) {
            throw usage("\"" + which + "\" is no SERVICE/ENDPOINT, such as users/10.0.0.11:8080");
        }
        String service = which.substring(0, slash);
        String endpoint = which.substring(slash + 1);
        return options.ask(api -> change(api, path(service, endpoint)));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static String path(String service, String endpoint) {
        return "/api/v1/services/%s/endpoints/%s"
                .formatted(AdminApi.encoded(service), AdminApi.encoded(endpoint));
    }

    private int change(AdminApi api, String path) throws Unreachable, Declined {
        // The tag makes sure that nobody else has changed it since it was looked at.
        AdminApi.Reply before = api.get(path);
        String tag = before.fields().getOrDefault("etag", "*");
        String wanted = undo ? "ready" : down ? "down" : "draining";
        String body =
                weight.map(number -> "{\"weight\": %d}".formatted(number))
                        .orElse("{\"state\": \"%s\"}".formatted(wanted));
        JsonNode now = send(api, path, tag, body);
        say(now);
        return wait ? untilIdle(api, path, now) : ExitCode.DONE;
    }

    private JsonNode send(AdminApi api, String path, String tag, String body)
            throws Unreachable, Declined {
        try {
            return api.send("PATCH", path, Optional.of(body), Map.of("If-Match", tag)).json();
        } catch (Declined e) {
            if (e.status() != 412) {
                throw e;
            }
            throw new Declined(
                    412,
                    "somebody else has just changed %s; nothing was done. Look at weir status, and say it again"
                            .formatted(which),
                    "");
        }
    }

    private void say(JsonNode now) {
        PrintWriter out = spec.commandLine().getOut();
        String state =
                switch (now.path("state").asText()) {
                    case "draining" -> "is draining";
                    case "down" -> "is taken down";
                    default -> "is ready";
                };
        String weighs =
                weight.isPresent()
                        ? ", weight %d (the file says %d)"
                                .formatted(
                                        now.path("weight").asInt(),
                                        now.path("listed_weight").asInt())
                        : "";
        out.println(
                which
                        + " "
                        + state
                        + weighs
                        + ", with "
                        + Requests.count(now.path("in_flight").asInt()));
        out.flush();
    }

    private int untilIdle(AdminApi api, String path, JsonNode first) throws Unreachable, Declined {
        long began = System.nanoTime();
        JsonNode now = first;
        while (now.path("in_flight").asInt() > 0) {
            if (System.nanoTime() - began > within.toNanos() || !Requests.pause(BETWEEN_LOOKS)) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "weir: %s still has %s; it stays out."
                                        .formatted(
                                                which,
                                                Requests.count(now.path("in_flight").asInt())));
                return ExitCode.FAILED;
            }
            now = api.json(path);
            if (now.path("state").asText().equals("ready")) {
                throw new Declined(412, which + " was taken back by somebody else", "");
            }
        }
        spec.commandLine()
                .getOut()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%s is idle after %.1f s",
                                which,
                                (System.nanoTime() - began) / 1e9));
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
