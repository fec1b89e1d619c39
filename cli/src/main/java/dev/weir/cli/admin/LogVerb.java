package dev.weir.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import dev.weir.observe.TailFilter;
import dev.weir.schema.DurationText;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir log`: what a running gateway has said, and requests as they end.
@Command(
        name = "log",
        header = "Shows what a running gateway says, and requests as they end.",
        description = {
            "",
            "Without --follow: the last lines that it has said, and no requests, which it does not keep.",
            "With it: these, and from then on every request when it is over. With a filter, or as JSON,",
            "only requests. It costs the gateway nothing while nobody follows; what comes faster than it",
            "is read is counted, and nobody waits for it.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ExitCode.SAYS_DONE,
            ExitCode.SAYS_USAGE,
            "4:no gateway was reached, or it has ended"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  weir log --follow",
            "  weir log --follow --status 5xx --service users",
            "  weir log --follow --slow 200ms --route orders",
            "  weir log --follow --json | jq -r '[.status, .total_ms, .path] | @tsv'"
        })
public final class LogVerb implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private AdminOptions options = new AdminOptions();

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on until it is ended by Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only requests answered so: 503, 5xx, or several with commas between.")
    private Optional<String> status = Optional.empty();

    @Option(names = "--route", paramLabel = "NAME", description = "Only requests of a route.")
    private Optional<String> route = Optional.empty();

    @Option(names = "--service", paramLabel = "NAME", description = "Only requests of a service.")
    private Optional<String> service = Optional.empty();

    @Option(
            names = "--endpoint",
            paramLabel = "NAME",
            description = "Only requests that an endpoint has answered.")
    private Optional<String> endpoint = Optional.empty();

    @Option(
            names = "--slow",
            paramLabel = "TIME",
            description = "Only requests that took at least this long: 200ms.")
    private Optional<String> slow = Optional.empty();

    @Option(
            names = "--json",
            description = "One JSON object per line: for requests, that of the access log.")
    private boolean json;

    private long lastLine;
    private long dropped;

    public LogVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        check("--status", status, TailFilter::statuses);
        check("--slow", slow, DurationText::parse);
        if (!follow && !filters().isEmpty()) {
            throw usage("requests are not kept: a filter needs --follow.");
        }
        return options.ask(follow ? this::follow : this::last);
    }

    private void check(String option, Optional<String> text, Consumer<String> parse) {
        try {
            text.ifPresent(parse);
        } catch (IllegalArgumentException e) {
            throw usage(option + ": \"" + text.get() + "\" " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Map<String, String> filters() {
        Map<String, String> filters = new LinkedHashMap<>();
        status.ifPresent(value -> filters.put("status", value));
        route.ifPresent(value -> filters.put("route", value));
        service.ifPresent(value -> filters.put("service", value));
        endpoint.ifPresent(value -> filters.put("endpoint", value));
        slow.ifPresent(value -> filters.put("slow", value));
        return filters;
    }

    private int last(AdminApi api) throws Unreachable, Declined {
        said(api, new LogLine(ZoneId.systemDefault(), terminal.colourOut()));
        return ExitCode.DONE;
    }

    private int follow(AdminApi api) throws Unreachable, Declined, IOException {
        PrintWriter out = spec.commandLine().getOut();
        LogLine line = new LogLine(ZoneId.systemDefault(), terminal.colourOut());
        boolean lines = filters().isEmpty() && !json;
        String query =
                filters().entrySet().stream()
                        .map(each -> each.getKey() + "=" + AdminApi.encoded(each.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
        try (ServerEvents events = api.events("/api/v1/log" + query)) {
            while (!out.checkError()) {
                Optional<ServerEvents.Event> event = events.next();
                if (event.isEmpty()) {
                    throw new Unreachable("the gateway has ended");
                }
                String data = event.get().data();
                if (event.get().name().equals("request")) {
                    out.println(json ? data : line.of(AdminApi.JSON.readTree(data)));
                } else {
                    if (lines) {
                        said(api, line);
                    }
                    lost(AdminApi.JSON.readTree(data).path("dropped").asLong());
                }
            }
            return ExitCode.DONE; // nobody reads what is printed
        }
    }

    /// What it has said since it was last asked.
    private void said(AdminApi api, LogLine line) throws Unreachable, Declined {
        PrintWriter out = spec.commandLine().getOut();
        for (JsonNode event : api.json("/api/v1/events?after=" + lastLine)) {
            lastLine = event.path("number").asLong();
            out.println(
                    json
                            ? event.toString()
                            : line.of(event.path("time").asText(), event.path("line").asText()));
        }
        out.flush();
    }

    private void lost(long all) {
        if (all > dropped) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "weir: %d requests are not shown: they came faster than they were read"
                            .formatted(all - dropped));
            err.flush();
            dropped = all;
        }
    }
}
