package dev.weir.cli.simulate;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.balance.Policy;
import dev.weir.cli.ConfigSource;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Terminal;
import dev.weir.config.Nearest;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.config.SettingsFile;
import dev.weir.service.ServiceConfig;
import dev.weir.simulator.Candidate;
import dev.weir.simulator.Comparison;
import dev.weir.simulator.RecordedLog;
import dev.weir.simulator.Report;
import dev.weir.simulator.ScenarioConfig;
import dev.weir.simulator.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Does what `weir simulate` was asked for: reads the files, runs the candidates, prints the table. Confined to the main thread.
///
/// @param err for mistakes, and for the bar that shows how far it is
record Simulating(PrintWriter out, PrintWriter err, Terminal terminal) {
    /// The path is nobody's matter: simulated endpoints tell their load without.
    private static final Balance PROBING = Balance.probed("/load");

    /// Says what is wrong and ends the verb.
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int exitCode;

        /// @param what for the user; empty if it was said before
        Refused(int exitCode, String what) {
            super(what);
            this.exitCode = exitCode;
        }
    }

    private interface Task {
        void run() throws Refused, IOException;
    }

    private int exitCode(Task task) {
        try {
            task.run();
            return ExitCode.DONE;
        } catch (Refused e) {
            String what = String.valueOf(e.getMessage());
            if (!what.isEmpty()) {
                err.println("weir simulate: " + what);
            }
            err.flush();
            return e.exitCode;
        } catch (IOException e) {
            err.println("weir simulate: " + reason(e));
            err.flush();
            return ExitCode.FAILED;
        } finally {
            out.flush();
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing ->
                    "there is no file " + missing.getFile();
            case java.nio.file.AccessDeniedException denied ->
                    denied.getFile() + " is not ours to open";
            default -> String.valueOf(e.getMessage());
        };
    }

    int run(SimulateVerb.Inquiry inquiry) {
        if (inquiry.scenario().equals(Optional.of("list"))) {
            return exitCode(this::list);
        }
        return exitCode(() -> compare(inquiry));
    }

    private void list() {
        int widest = Scenarios.NAMES.stream().mapToInt(String::length).max().orElse(0);
        for (String name : Scenarios.NAMES) {
            out.println(name + " ".repeat(widest - name.length() + 2) + Scenarios.of(name).says());
        }
    }

    /// Prints the scenario as a file.
    int show(SimulateVerb.Inquiry inquiry) {
        return exitCode(
                () -> {
                    String name = inquiry.scenario().orElse("steady");
                    ScenarioConfig _ = scenario(name);
                    out.print(
                            Scenarios.NAMES.contains(name)
                                    ? Scenarios.text(name)
                                    : Files.readString(Path.of(name)));
                });
    }

    /// Writes the pictures and tables of the page about balancing.
    ///
    /// @param part of the page; empty for all of it
    int report(Path folder, String part) {
        return exitCode(
                () -> {
                    ProgressBar bar = new ProgressBar(err, terminal);
                    try {
                        Report.write(folder, part, bar);
                    } catch (IllegalArgumentException e) {
                        throw new Refused(ExitCode.WRONG_USAGE, String.valueOf(e.getMessage()));
                    } finally {
                        bar.clear();
                    }
                });
    }

    private void compare(SimulateVerb.Inquiry inquiry) throws Refused, IOException {
        Optional<RecordedLog> log = log(inquiry);
        ScenarioConfig scenario = scenario(inquiry, log);
        Candidate first = first(inquiry, scenario, log);
        List<Candidate> candidates = new ArrayList<>();
        if (inquiry.against().isPresent()) {
            Path other = inquiry.against().get();
            candidates.add(first.named(inquiry.config().orElseThrow().toString()));
            candidates.add(configured(other, inquiry.service(), scenario).named(other.toString()));
        } else {
            for (Balance balance : policies(inquiry, first)) {
                boolean yours =
                        inquiry.config().isPresent() && balance.equals(first.service().balance());
                Candidate candidate = first.with(balance);
                candidates.add(yours ? first.named(candidate.name() + " (configured)") : candidate);
            }
        }
        ProgressBar bar = new ProgressBar(err, terminal);
        Comparison comparison = Comparison.run(scenario, candidates, log, inquiry.requests(), bar);
        bar.clear();
        out.print(comparison.text());
        if (inquiry.against().isPresent()) {
            out.print("\n" + comparison.changes());
        }
        if (inquiry.plot().isPresent()) {
            Files.writeString(inquiry.plot().get(), comparison.svg());
            out.println("\nThe picture is in " + inquiry.plot().get() + ".");
        }
    }

    private static Optional<RecordedLog> log(SimulateVerb.Inquiry inquiry)
            throws Refused, IOException {
        if (inquiry.log().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordedLog.read(inquiry.log().get(), inquiry.service()));
        } catch (IllegalArgumentException e) {
            throw new Refused(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private ScenarioConfig scenario(SimulateVerb.Inquiry inquiry, Optional<RecordedLog> log)
            throws Refused {
        ScenarioConfig scenario =
                log.isPresent() && inquiry.scenario().isEmpty()
                        ? log.get().scenario()
                        : scenario(inquiry.scenario().orElse("steady"));
        return inquiry.seed().isPresent()
                ? scenario.withSeed(inquiry.seed().getAsLong())
                : scenario;
    }

    private ScenarioConfig scenario(String name) throws Refused {
        if (!Scenarios.NAMES.contains(name) && !Files.exists(Path.of(name))) {
            throw new Refused(
                    ExitCode.WRONG_USAGE,
                    "there is no scenario and no file "
                            + name
                            + Nearest.didYouMean(name, Scenarios.NAMES)
                            + " (weir simulate --scenario list shows them all)");
        }
        return switch (Scenarios.read(name, System::getenv)) {
            case SettingsFile.Result.Loaded<ScenarioConfig> loaded -> loaded.settings();
            case SettingsFile.Result.Refused<ScenarioConfig> refused -> {
                err.print(
                        new ProblemReport(refused.sources(), terminal.colourErr())
                                .render(refused.problems(), "nothing was simulated."));
                throw new Refused(ExitCode.FAILED, "");
            }
        };
    }

    private Candidate first(
            SimulateVerb.Inquiry inquiry, ScenarioConfig scenario, Optional<RecordedLog> log)
            throws Refused {
        if (inquiry.config().isPresent()) {
            return configured(inquiry.config().get(), inquiry.service(), scenario);
        }
        return log.map(recorded -> recorded.candidate()).orElseGet(() -> Candidate.usual(scenario));
    }

    private Candidate configured(Path file, Optional<String> service, ScenarioConfig scenario)
            throws Refused {
        Optional<Reading.Loaded> read =
                new ConfigSource(err, terminal.colourErr())
                        .read(Optional.of(file), "nothing was simulated.");
        if (read.isEmpty()) {
            throw new Refused(ExitCode.FAILED, "");
        }
        WeirConfig config = read.get().config();
        String name = service(file, config, service);
        ServiceConfig found = config.services().get(name);
        if (found == null) {
            throw new Refused(
                    ExitCode.WRONG_USAGE,
                    file
                            + " has no service "
                            + name
                            + Nearest.didYouMean(name, config.services().keySet()));
        }
        if (found.discover().isPresent()) {
            throw new Refused(
                    ExitCode.WRONG_USAGE,
                    file
                            + ": service "
                            + name
                            + " finds its endpoints while it runs; to simulate it, list some under endpoints");
        }
        return Candidate.of(config, name, scenario);
    }

    private static String service(Path file, WeirConfig config, Optional<String> named)
            throws Refused {
        if (named.isPresent()) {
            return named.get();
        }
        if (config.services().size() != 1) {
            throw new Refused(
                    ExitCode.WRONG_USAGE,
                    file
                            + " has "
                            + (config.services().isEmpty()
                                    ? "no service"
                                    : "several services; say --service with one of "
                                            + String.join(", ", config.services().keySet())));
        }
        return config.services().keySet().iterator().next();
    }

    /// Those that were named, or all; the configured one too where it goes by more than a name.
    private static List<Balance> policies(SimulateVerb.Inquiry inquiry, Candidate first)
            throws Refused {
        Map<String, Balance> all = new LinkedHashMap<>();
        for (Policy policy : Policy.values()) {
            all.put(Candidate.name(Balance.of(policy)), Balance.of(policy));
        }
        all.put(Candidate.name(PROBING), PROBING);
        all.putIfAbsent("hash", Balance.hash());
        all.putIfAbsent("ring-hash", Balance.ringHash());
        List<Balance> chosen = new ArrayList<>();
        for (String each : inquiry.policies()) {
            Balance named = all.get(each);
            if (named == null) {
                throw new Refused(
                        ExitCode.WRONG_USAGE,
                        "there is no policy "
                                + each
                                + Nearest.didYouMean(each, all.keySet())
                                + " (policies: "
                                + String.join(", ", all.keySet())
                                + ")");
            }
            chosen.add(named);
        }
        Balance configured = first.service().balance();
        if (chosen.isEmpty()) {
            chosen.addAll(Candidate.policies());
            if (!chosen.contains(configured)) {
                chosen.add(configured);
            }
        }
        return chosen;
    }
}
