package dev.weir.explain;

import dev.weir.explain.Explanation.Deed;
import dev.weir.explain.Explanation.Instance;
import dev.weir.explain.Explanation.Outcome;
import dev.weir.explain.Explanation.Target;
import dev.weir.explain.Page.Paint;
import dev.weir.filter.FieldChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// An [Explanation] for people, 80 columns wide. Stateless.
public final class ExplanationText {
    private static final int INDENT = 2;
    private static final int DETAIL = 4;
    private static final int FURTHER = 6;

    /// Endpoints that are listed.
    private static final int MOST_ENDPOINTS = 20;

    /// Endpoints that the first line names.
    private static final int NAMED = 3;

    private final Explanation told;
    private final Page page;

    private ExplanationText(Explanation told, boolean colour) {
        this.told = told;
        this.page = new Page(colour);
    }

    /// The text, with a line break at its end.
    public static String render(Explanation told, boolean colour) {
        ExplanationText text = new ExplanationText(told, colour);
        text.summary();
        text.request();
        text.routes();
        text.filters();
        text.outcome();
        text.services();
        text.settings();
        return text.page.toString();
    }

    private void summary() {
        page.line(0, told.request().method() + " " + told.request().url(), "", Paint.BOLD);
        Outcome end = told.outcome();
        if (end.answered()) {
            boolean failed = !end.reason().isEmpty() || end.status() == 0;
            page.line(
                    INDENT,
                    "→ "
                            + taken()
                            + status(end)
                            + (end.reason().isEmpty() ? "" : " " + end.reason())
                            + (end.by().isEmpty() ? "" : ", by " + end.by()),
                    "",
                    failed ? Paint.BAD : Paint.GOOD);
        } else {
            for (Target target : told.services()) {
                String share = target.share() < 1 ? " (" + percent(target.share()) + ")" : "";
                page.line(
                        INDENT,
                        "→ " + taken() + "service " + target.service() + share + likely(target),
                        "",
                        chosen(target).isEmpty() ? Paint.BAD : Paint.GOOD);
            }
        }
        told.notes().forEach(note -> page.line(INDENT, note));
    }

    private static String status(Outcome end) {
        return end.status() == 0 ? "no answer" : Integer.toString(end.status());
    }

    private String taken() {
        return name().isEmpty() ? "" : "route " + name() + " › ";
    }

    /// Of the route that takes the request.
    private String name() {
        return told.routes().stream()
                .filter(route -> route.fate() == Explanation.Fate.TAKEN)
                .map(Explanation.Route::name)
                .findFirst()
                .orElse("");
    }

    private static List<Instance> chosen(Target target) {
        return target.endpoints().stream()
                .filter(one -> one.chance() > 0)
                .sorted(Comparator.comparingDouble(Instance::chance).reversed())
                .toList();
    }

    private static String likely(Target target) {
        List<Instance> chosen = chosen(target);
        if (chosen.isEmpty()) {
            return " › no endpoint";
        }
        List<String> names = new ArrayList<>();
        for (Instance one : chosen.subList(0, Math.min(NAMED, chosen.size()))) {
            names.add(one.name() + (one.chance() > 0.9999 ? "" : " " + percent(one.chance())));
        }
        int more = chosen.size() - names.size();
        return " › " + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
    }

    private void request() {
        Explanation.Request asked = told.request();
        page.heading("Request");
        page.line(INDENT, "listener  " + asked.listener(), asked.listenerAt());
        if (!asked.protocol().equals("HTTP/1.1")) {
            page.line(INDENT, "protocol  " + asked.protocol());
        }
        if (!asked.serverName().isEmpty()) {
            page.line(INDENT, "TLS       asks for " + asked.serverName());
        }
        if (!asked.certificate().isEmpty()) {
            page.line(INDENT, "          shows " + asked.certificate(), asked.certificateAt());
        }
        if (asked.path().isEmpty()) {
            return;
        }
        page.line(INDENT, "scheme    " + asked.scheme());
        page.line(INDENT, "host      " + (asked.host().isEmpty() ? "none" : asked.host()));
        page.line(
                INDENT,
                "path      "
                        + asked.path()
                        + (asked.asked().isEmpty() ? "" : ", asked for as " + asked.asked()));
        if (!asked.query().isEmpty()) {
            page.line(INDENT, "query     " + asked.query());
        }
        String peer =
                asked.trusted()
                        ? asked.peer().equals(asked.client())
                                ? " (a trusted proxy, which names nobody else)"
                                : ", as the trusted proxy " + asked.peer() + " says"
                        : "";
        page.line(INDENT, "client    " + asked.client() + peer);
        if (!asked.priority().equals("normal")) {
            page.line(INDENT, "priority  " + asked.priority());
        }
        asked.changes().forEach(change -> page.line(INDENT, words(change)));
    }

    private void routes() {
        Explanation.Passed passed = told.passed();
        if (told.routes().isEmpty() && passed.nearest().isEmpty()) {
            return;
        }
        page.heading("Routes, in the order in which they were tried");
        if (told.routes().isEmpty()) {
            page.line(INDENT, "None has this host and this path.");
        }
        told.routes().forEach(this::route);
        if (!passed.nearest().isEmpty()) {
            page.line(INDENT, "Not tried, but nearest:");
            passed.nearest().forEach(this::route);
        } else if (passed.hosts() + passed.paths() > 0) {
            page.line(INDENT, notTried(passed));
        }
    }

    private static String notTried(Explanation.Passed passed) {
        List<String> parts = new ArrayList<>();
        if (passed.hosts() > 0) {
            parts.add(passed.hosts() + " of other hosts");
        }
        if (passed.paths() > 0) {
            parts.add(passed.paths() + " of other paths");
        }
        return "Not tried: " + String.join(" and ", parts) + ".";
    }

    private void route(Explanation.Route route) {
        switch (route.fate()) {
            case TAKEN -> {
                page.line(INDENT, "✓ " + route.name(), route.at(), Paint.GOOD);
                page.line(DETAIL, route.match());
            }
            case REFUSED -> {
                page.line(INDENT, "✗ " + route.name(), route.at(), Paint.BAD);
                page.line(DETAIL, route.why(), route.whyAt());
            }
            case OTHER -> {
                page.line(INDENT, "✗ " + route.name(), route.at());
                page.line(DETAIL, route.why(), route.whyAt());
            }
            case LATER -> {
                page.line(INDENT, "· " + route.name(), route.at());
                page.line(DETAIL, "matches too; " + name() + " comes first: " + route.why());
            }
        }
    }

    private void filters() {
        if (told.filters().isEmpty()) {
            return;
        }
        page.heading("Filters");
        for (Explanation.Filter filter : told.filters()) {
            String deed =
                    switch (filter.deed()) {
                        case PASSES -> "passes";
                        case ANSWERS -> "answers";
                        case UNKNOWN -> "cannot be told beforehand; taken as passed";
                        case UNASKED -> "is not asked";
                    };
            Paint paint = filter.deed() == Deed.ANSWERS ? Paint.BAD : Paint.PLAIN;
            String mark =
                    switch (filter.deed()) {
                        case PASSES -> "✓ ";
                        case ANSWERS -> "✗ ";
                        case UNKNOWN -> "? ";
                        case UNASKED -> "· ";
                    };
            page.line(INDENT, mark + filter.name() + " " + deed, filter.at(), paint);
            filter.says().forEach(says -> page.line(DETAIL, says));
            filter.changes().forEach(change -> page.line(DETAIL, words(change)));
        }
    }

    private static String words(FieldChange change) {
        return change.before().isEmpty()
                ? "+ " + change.name() + ": " + change.after()
                : change.after().isEmpty()
                        ? "- " + change.name() + ": " + change.before()
                        : "~ " + change.name() + ": " + change.before() + " → " + change.after();
    }

    private void outcome() {
        Outcome end = told.outcome();
        if (end.answered()) {
            page.heading("Answer");
            page.line(
                    INDENT,
                    status(end)
                            + (end.reason().isEmpty() ? "" : " " + end.reason())
                            + (end.says().isEmpty() ? "" : ": " + end.says()));
            end.fields().forEach(one -> page.line(INDENT, one.name() + ": " + one.value()));
        } else {
            page.heading("Sent on as");
            page.line(INDENT, told.request().method() + " " + end.path() + "  Host: " + end.host());
        }
    }

    private void services() {
        for (Target target : told.services()) {
            page.heading(
                    "Service "
                            + target.service()
                            + (target.share() < 1
                                    ? ", " + percent(target.share()) + " of the route"
                                    : ""));
            page.line(INDENT, "balance: " + target.balance(), target.balanceAt());
            page.line(INDENT, target.rule());
            if (target.panic()) {
                page.line(INDENT, "panic: too few endpoints work, so all that answer are used");
            }
            if (target.endpoints().isEmpty()) {
                page.line(
                        INDENT, "no endpoint is known; they are found when Weir runs", target.at());
            }
            List<Instance> shown =
                    target.endpoints().stream()
                            .sorted(Comparator.comparingDouble(Instance::chance).reversed())
                            .limit(MOST_ENDPOINTS)
                            .toList();
            shown.forEach(this::endpoint);
            int more = target.endpoints().size() - shown.size();
            if (more > 0) {
                page.line(INDENT, "and " + more + " more");
            }
        }
    }

    private void endpoint(Instance one) {
        List<String> facts = new ArrayList<>();
        if (!one.state().isEmpty()) {
            facts.add(one.state());
        }
        if (one.weight() != 1) {
            facts.add("weight " + one.weight());
        }
        if (!one.zone().isEmpty()) {
            facts.add("zone " + one.zone());
        }
        if (one.backup()) {
            facts.add("backup");
        }
        if (told.live()) {
            facts.add(one.inFlight() + " in flight");
        }
        String chance = "%6s  ".formatted(percent(one.chance()));
        String text =
                chance + one.name() + (facts.isEmpty() ? "" : "  " + String.join(", ", facts));
        page.line(INDENT, text, one.at(), one.chance() > 0 ? Paint.GOOD : Paint.PLAIN);
        if (!one.why().isEmpty()) {
            page.line(FURTHER + DETAIL, one.why());
        }
        if (one.heldBack() > 0) {
            String held = "throttle holds back " + percent(one.heldBack()) + " of its requests";
            page.line(FURTHER + DETAIL, held);
        }
    }

    private void settings() {
        if (told.settings().isEmpty()) {
            return;
        }
        page.heading("In force");
        int widest = told.settings().stream().mapToInt(one -> one.name().length()).max().orElse(0);
        for (Explanation.Setting one : told.settings()) {
            String gap = " ".repeat(widest - one.name().length() + 2);
            page.line(INDENT, one.name() + gap + one.value(), one.at());
        }
    }

    private static String percent(double part) {
        double percent = 100 * part;
        return percent == Math.rint(percent) || percent >= 99.95
                ? "%.0f %%".formatted(percent)
                : String.format(Locale.ROOT, "%.1f %%", percent);
    }
}
