package dev.weir.bench.soak;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a run found, for the terminal and as a page. Immutable once made.
///
/// @param objections what is wrong beside the history and unexpected ends of requests
record Report(
        SoakOptions options,
        Setting setting,
        Ledger ledger,
        List<String> objections,
        Memory memory) {
    /// What I6 is about.
    ///
    /// @param resident in MiB
    /// @param processor in percent of a core, under the load
    /// @param idlePercent of a core that Weir used with nothing to do, after the load
    record Memory(
            Footprint baseline,
            Footprint end,
            Slope resident,
            Slope processor,
            GcPauses pauses,
            double idlePercent,
            int exitCode) {}

    boolean passed() {
        return objections.isEmpty()
                && ledger.unexpectedCount() == 0
                && setting.history().broken() == 0;
    }

    /// The verdict, and all that is against it.
    void print(PrintStream out) {
        verdict().forEach(out::println);
    }

    String page(String date) {
        List<String> lines = new ArrayList<>();
        lines.add("# Soak, " + date + " UTC");
        lines.add("");
        lines.add(
                "`%s`: %d minutes of mixed traffic and faults drawn by seed %d, before it 25 s of warm-up."
                        .formatted(options.command(), options.minutes(), options.seed()));
        lines.add("What it does and checks stands in [soak.md](../soak.md).");
        lines.add("");
        lines.addAll(verdict());
        lines.add("");
        requests(lines);
        faults(lines);
        invariants(lines);
        memory(lines);
        versions(lines);
        return String.join("\n", lines) + "\n";
    }

    private List<String> verdict() {
        List<String> lines = new ArrayList<>();
        lines.add(passed() ? "**Passed.**" : "**Failed.**");
        objections.forEach(objection -> lines.add("* " + objection));
        if (ledger.unexpectedCount() > 0) {
            lines.add("* " + ledger.unexpectedCount() + " that no fault explains:");
            ledger.unexpected().forEach(what -> lines.add("    * " + what));
        }
        for (History.Violation violation : setting.history().violations()) {
            lines.add("* " + violation.invariant() + " broken: " + violation.what());
            violation.story().forEach(event -> lines.add("    * " + event));
        }
        return lines;
    }

    private void requests(List<String> lines) {
        lines.add("## Requests");
        lines.add("");
        lines.add(
                "%d requests; Weir's access log had %d lines read."
                        .formatted(ledger.requests(), setting.logReader().lines()));
        lines.add("");
        lines.add("| kind | outcomes |");
        lines.add("|---|---|");
        ledger.counts().forEach((kind, ends) -> lines.add("| " + kind + " | " + text(ends) + " |"));
        lines.add("");
    }

    private void faults(List<String> lines) {
        lines.add("## Faults");
        lines.add("");
        lines.add(
                "Recovery: from the end of the fault to the end of the last request that it harmed; the worst of all times.");
        lines.add("");
        lines.add("| row | fault | times | seconds | harmed requests | recovery | seen |");
        lines.add("|---|---|---|---|---|---|---|");
        Map<String, List<Ledger.Seen>> byName = new TreeMap<>();
        for (Ledger.Seen seen : ledger.seen()) {
            byName.computeIfAbsent(seen.fault().name(), _ -> new ArrayList<>()).add(seen);
        }
        byName.values().stream()
                .sorted(
                        (one, other) ->
                                Integer.compare(
                                        one.getFirst().fault().row(),
                                        other.getFirst().fault().row()))
                .forEach(seen -> lines.add(row(seen)));
        lines.add("");
    }

    private static String row(List<Ledger.Seen> seen) {
        Fault fault = seen.getFirst().fault();
        Map<String, Long> troubles = new TreeMap<>();
        seen.forEach(one -> one.troubles().forEach((end, n) -> troubles.merge(end, n, Long::sum)));
        double worst = seen.stream().mapToDouble(Ledger.Seen::recoveryMillis).max().orElse(0);
        double seconds = seen.stream().mapToDouble(Ledger.Seen::seconds).sum();
        String remarks =
                String.join(
                        "; ",
                        seen.stream()
                                .map(Ledger.Seen::remark)
                                .filter(remark -> !remark.isEmpty())
                                .distinct()
                                .toList());
        return "| %d | `%s`: %s | %d | %.0f | %s | %.1f s | %s |"
                .formatted(
                        fault.row(),
                        fault.name(),
                        fault.does(),
                        seen.size(),
                        seconds,
                        troubles.isEmpty() ? "none" : text(troubles),
                        worst / 1000,
                        remarks);
    }

    private void invariants(List<String> lines) {
        lines.add("## Invariants");
        lines.add("");
        lines.add("| | what must hold | checked | broken |");
        lines.add("|---|---|---|---|");
        Map<History.Invariant, Long> checks = setting.history().checks();
        List<History.Violation> violations = setting.history().violations();
        for (History.Invariant invariant : History.Invariant.values()) {
            long broken = violations.stream().filter(one -> one.invariant() == invariant).count();
            lines.add(
                    "| %s | %s | %d | %d |"
                            .formatted(
                                    invariant,
                                    invariant.says(),
                                    checks.getOrDefault(invariant, 0L),
                                    broken));
        }
        lines.add("");
    }

    private void memory(List<String> lines) {
        Footprint before = memory.baseline;
        Footprint after = memory.end;
        lines.add("## I6: back to the baseline");
        lines.add("");
        lines.add("| | baseline | end |");
        lines.add("|---|---|---|");
        lines.add(compared("descriptors", before.descriptors(), after.descriptors()));
        lines.add(compared("threads", before.threads(), after.threads()));
        lines.add(compared("heap after collection, KiB", before.heapKib(), after.heapKib()));
        lines.add(compared("direct memory, KiB", before.directKib(), after.directKib()));
        lines.add(compared("resident, KiB", before.residentKib(), after.residentKib()));
        lines.add("");
        GcPauses pauses = memory.pauses;
        lines.add(
                "* Resident memory: at most %.0f MiB; slope over the second half %.2f MiB a minute."
                        .formatted(memory.resident.most(), memory.resident.perMinute()));
        lines.add(
                "* Processor time: at most %.0f %% of a core; slope over the second half %.2f %% a minute."
                        .formatted(memory.processor.most(), memory.processor.perMinute()));
        lines.add(
                "* Collections: %d; pauses p99 %.1f ms, longest %.1f ms."
                        .formatted(
                                pauses.millis().size(), pauses.quantile(0.99), pauses.quantile(1)));
        lines.add(
                "* Log: %d leak reports; exceptions and errors: %d lines."
                        .formatted(
                                setting.weir().lines("LEAK"), setting.weir().wrongLines().size()));
        lines.add(
                "* With nothing to do: %.1f %% of a core. Exit code after TERM: %d."
                        .formatted(memory.idlePercent, memory.exitCode));
        lines.add("");
    }

    private static String compared(String what, long before, long after) {
        return "| " + what + " | " + before + " | " + after + " |";
    }

    private void versions(List<String> lines) {
        lines.add("## Versions");
        lines.add("");
        lines.add("* Java " + Runtime.version() + ", flags of Weir: `" + flags() + "`");
        lines.add(
                "* Linux %s, %d cores"
                        .formatted(
                                System.getProperty("os.version"),
                                Runtime.getRuntime().availableProcessors()));
        lines.add("* Weir at " + System.getProperty("soak.commit", "unknown"));
    }

    private String flags() {
        List<String> flags = Setting.javaFlags(setting.gcLog().getFileName());
        return String.join(" ", flags);
    }

    private static String text(Map<String, Long> counts) {
        return String.join(
                ", ",
                new TreeMap<>(counts)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .toList());
    }
}
