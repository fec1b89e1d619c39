package dev.weir.explain;

import dev.weir.explain.Page.Paint;
import dev.weir.explain.Passage.Kept;
import dev.weir.explain.Passage.Span;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Kept requests for people, 80 columns wide: one with its waterfall, or many in a list. Stateless.
public final class PassageText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int INDENT = 2;
    private static final int NAME = 31;
    private static final int BAR = 36;
    private static final int EIGHTHS = 8;
    private static final int ERRORS_FROM = 500;

    /// Blocks from one eighth to a whole column.
    private static final String BLOCKS = "▏▎▍▌▋▊▉█";

    private PassageText() {}

    /// One request, and below it why it went there, if that is known.
    public static String render(
            Passage passage, Optional<Explanation> explanation, boolean colour) {
        Page page = new Page(colour);
        summary(page, passage);
        page.line(INDENT, "id " + passage.id());
        page.line(
                INDENT,
                "%s from %s by %s, %s"
                        .formatted(
                                TIME.format(passage.time()),
                                passage.client(),
                                passage.listener(),
                                passage.protocol()));
        page.line(INDENT, way(passage));
        if (!passage.says().isEmpty()) {
            page.line(INDENT, passage.reason() + ": " + passage.says());
        }
        if (passage.retryBudgetSpent()) {
            page.line(INDENT, "not repeated, because the retry budget was spent");
        }
        page.heading("Waterfall, %s in all".formatted(millis(passage.totalMs()).strip()));
        for (Span span : passage.spans()) {
            bar(page, span, passage.totalMs());
        }
        page.line(
                INDENT,
                "%d bytes came, %d went; ended by %s"
                        .formatted(
                                passage.bytesIn(),
                                passage.bytesOut(),
                                passage.endedBy() == Passage.EndedBy.WEIR
                                        ? "Weir"
                                        : "the "
                                                + passage.endedBy()
                                                        .name()
                                                        .toLowerCase(Locale.ROOT)));
        return page
                + explanation.map(told -> "\n" + ExplanationText.render(told, colour)).orElse("");
    }

    private static void summary(Page page, Passage passage) {
        page.line(
                0,
                "%s %s%s   %s%s   %s"
                        .formatted(
                                passage.method(),
                                passage.host(),
                                passage.path(),
                                passage.status() == 0 ? "no answer" : passage.status(),
                                passage.reason().isEmpty() ? "" : " " + passage.reason(),
                                millis(passage.totalMs()).strip()),
                "",
                passage.kept() == Kept.FAILED || passage.status() >= ERRORS_FROM
                        ? Paint.BAD
                        : Paint.BOLD);
    }

    private static String way(Passage passage) {
        if (passage.route().isEmpty()) {
            return "no route took it";
        }
        String service = passage.service().isEmpty() ? "" : " › service " + passage.service();
        String endpoint = passage.endpoint().isEmpty() ? "" : " › " + passage.endpoint();
        String attempts = passage.attempts() > 1 ? ", " + passage.attempts() + " attempts" : "";
        return "route " + passage.route() + service + endpoint + attempts;
    }

    private static void bar(Page page, Span span, double totalMs) {
        String name = name(span);
        String cut = name.length() > NAME ? name.substring(0, NAME - 1) + "…" : name;
        page.line(
                INDENT,
                pad(cut, NAME)
                        + " "
                        + pad(blocks(span, totalMs), BAR)
                        + " "
                        + millis(span.toMs() - span.fromMs()),
                "",
                span.reason().isEmpty() ? Paint.PLAIN : Paint.BAD);
    }

    private static String name(Span span) {
        String what =
                switch (span.part()) {
                    case HEAD -> "head read";
                    case QUEUE -> "filters and queue";
                    case FAILED_ATTEMPT -> span.endpoint();
                    case PAUSE -> "pause before retry";
                    case CONNECT -> "connect";
                    case ENDPOINT -> "wait for " + span.endpoint();
                    case ANSWER -> "answer";
                };
        if (span.reason().isEmpty()) {
            return what;
        }
        return (span.endpoint().isEmpty() ? what : span.endpoint()) + " " + span.reason();
    }

    /// The first block may begin anywhere in its column, which blocks cannot show: it begins at the column's left.
    private static String blocks(Span span, double totalMs) {
        double perColumn = totalMs <= 0 ? 1 : totalMs / BAR;
        int begin = Math.min(BAR - 1, (int) (span.fromMs() / perColumn));
        double columns = Math.min((span.toMs() - span.fromMs()) / perColumn, BAR - begin);
        int eighths = Math.max(1, (int) Math.round(columns * EIGHTHS));
        String whole = "█".repeat(eighths / EIGHTHS);
        int rest = eighths % EIGHTHS;
        return " ".repeat(begin) + whole + (rest == 0 ? "" : BLOCKS.substring(rest - 1, rest));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String millis(double time) {
        return String.format(Locale.ROOT, time < 100 ? "%5.1f ms" : "%5.0f ms", time);
    }

    /// Many requests, two lines each.
    public static String render(List<Passage> passages, boolean colour) {
        Page page = new Page(colour);
        if (passages.isEmpty()) {
            page.line(0, "No such request is kept.");
        }
        for (Passage passage : passages) {
            summary(page, passage);
            String why = passage.kept().name().toLowerCase(Locale.ROOT);
            page.line(
                    INDENT,
                    "%s  %s  id %s".formatted(TIME.format(passage.time()), why, passage.id()));
        }
        return page.toString();
    }
}
