package dev.weir.bench.soak;

import dev.weir.bench.soak.Outcome.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of one request: what its client did and saw, and what endpoints got. Answers for itself whether an
/// invariant holds, with the objection or an empty text. Confined by its [History].
final class Story {
    private final Ask ask;
    private final String bodySha256;
    private final long sentNanos;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Content> contents = new ArrayList<>();
    private @Nullable Outcome outcome;

    private record Arrival(String endpoint, String method, long nanos) {}

    private record Content(String endpoint, long length, String sha256, boolean whole) {}

    Story(Ask ask, String bodySha256, long sentNanos) {
        this.ask = ask;
        this.bodySha256 = bodySha256;
        this.sentNanos = sentNanos;
    }

    Ask ask() {
        return ask;
    }

    @Nullable Outcome outcome() {
        return outcome;
    }

    void outcome(Outcome ended) {
        outcome = ended;
    }

    void received(String endpoint, String method, long nanos) {
        arrivals.add(new Arrival(endpoint, method, nanos));
    }

    void read(String endpoint, long length, String sha256, boolean whole) {
        contents.add(new Content(endpoint, length, sha256, whole));
    }

    // ---- the invariants ----

    String answerOfAnother(Outcome ended) {
        String answered = ended.answer().id();
        if (!answered.isEmpty() && !answered.equals(ask.id())) {
            return "got the answer to " + answered;
        }
        for (Arrival arrival : arrivals) {
            if (!arrival.method.equals(ask.method())) {
                return arrival.endpoint + " got it as " + arrival.method;
            }
        }
        boolean fromEndpoint = ended.kind() == Kind.WHOLE && ended.status() / 100 == 2;
        return fromEndpoint && answered.isEmpty() ? "got an answer that says no id" : "";
    }

    String repeated() {
        return !ask.idempotent() && arrivals.size() > 1
                ? ask.method() + " reached " + arrivals.size() + " endpoints"
                : "";
    }

    String changed(Outcome ended) {
        for (Content content : contents) {
            boolean same =
                    content.length == Math.max(ask.body(), 0) && content.sha256.equals(bodySha256);
            if (content.whole && !same) {
                return content.endpoint + " took " + content.length + " other bytes for its body";
            }
        }
        Outcome.Answer answer = ended.answer();
        boolean success = ended.kind() == Kind.WHOLE && ended.status() == 200;
        if (!success) {
            return "";
        }
        if (answer.length() != answer.saidLength()
                || !answer.sha256().equals(answer.saidSha256())) {
            return "the answer has %d bytes, hash %s; the endpoint sent %d, hash %s"
                    .formatted(
                            answer.length(),
                            answer.sha256(),
                            answer.saidLength(),
                            answer.saidSha256());
        }
        if (!ask.method().equals("HEAD") && answer.saidLength() != ask.answer()) {
            return "asked for " + ask.answer() + " bytes, got " + answer.saidLength();
        }
        return contents.stream().anyMatch(Content::whole)
                ? ""
                : "was answered 200 though no endpoint read it to its end";
    }

    String passedThough(Outcome ended) {
        if (ask.hopeless() && !arrivals.isEmpty()) {
            return "must be refused, and " + arrivals.getFirst().endpoint + " got it";
        }
        boolean refused = ended.byWeir() && ended.status() / 100 == 4;
        for (Content content : contents) {
            if ((refused || ask.refused()) && content.whole) {
                return "was refused, and " + content.endpoint + " got it whole";
            }
        }
        return "";
    }

    // ---- for people ----

    /// A line per event; times in milliseconds since the request was sent.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(ask + ", body hash " + bodySha256);
        for (Arrival arrival : arrivals) {
            String at = millis(arrival.nanos);
            lines.add(at + arrival.endpoint + " got " + arrival.method);
        }
        for (Content content : contents) {
            String what = content.whole ? content.length + " bytes, " + content.sha256 : "cut";
            lines.add(content.endpoint + " read its body: " + what);
        }
        Outcome ended = outcome;
        if (ended != null) {
            String what = ended.says() + " " + ended.answer() + " " + ended.error();
            lines.add(millis(ended.endedNanos()) + "the client saw " + what);
        }
        return lines;
    }

    private String millis(long nanos) {
        return "+%.1f ms  ".formatted((nanos - sentNanos) / 1e6);
    }
}
