package dev.weir.explain;

import dev.weir.admin.Answer;
import dev.weir.admin.Call;
import dev.weir.admin.Json;
import dev.weir.admin.Operation;
import dev.weir.admin.Operation.Gives;
import dev.weir.admin.Operation.Takes;
import dev.weir.admin.Operation.Verb;
import dev.weir.admin.Refused;
import dev.weir.explain.Passage.Kept;
import dev.weir.http.Field;
import dev.weir.runtime.Clock;
import dev.weir.schema.DurationText;
import dev.weir.schema.Says;
import dev.weir.tls.ClientCertificate;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What the admin API tells of requests: what would become of one, what became of those that are kept, and tokens to ask for it. As JSON, or
/// as text for a terminal. Thread-safe.
public final class ExplainOperations {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";
    private static final Duration USUAL = Duration.ofMinutes(15);
    private static final int MOST = 1000;
    private static final int USUAL_MOST = 20;

    private final Recorder recorder;
    private final Function<Question, Explanation> explainer;
    private final Clock clock;

    /// @param explainer explains by what is in force; may block
    public ExplainOperations(
            Recorder recorder, Function<Question, Explanation> explainer, Clock clock) {
        this.recorder = recorder;
        this.explainer = explainer;
        this.clock = clock;
    }

    /// A kept request with its explanation.
    public record Told(
            @Says("What became of it.") Passage passage,
            @Says("Why it went there, if it asked for that.") Optional<Explanation> explanation) {}

    /// A token that lets requests ask to be explained.
    public record Token(
            @Says("The field of a request that it goes in.") String field,
            @Says("The field's value.") String token,
            @Says("Until when it holds; it also ends with the process.") Instant until) {}

    /// What a token is to be.
    public record Wish(
            @Says("How long it holds, such as `15m`, which is usual; at most `24h`.")
                    Optional<String> lasts) {}

    public List<Operation> all() {
        return List.of(
                explain(),
                new Operation(
                                Verb.GET,
                                "/api/v1/requests",
                                "Requests that are kept, the last first: of each route the slowest of each minute, of each kind of failure the first of each minute, and those that asked for it.",
                                List.of(),
                                Takes.NOTHING,
                                new Gives(Passage.class, true, List.of(JSON, TEXT)),
                                this::kept)
                        .with("kept", "Only `failed`, `slow` (the slowest first) or `asked`.")
                        .with("most", "How many at most; left out, 20."),
                one(
                                "/api/v1/requests/last-failed",
                                "The last request that failed.",
                                _ ->
                                        recorder.lastFailed()
                                                .orElseThrow(
                                                        () ->
                                                                new Refused(
                                                                        404,
                                                                        "no request has failed in the last minutes")))
                        .with("colour", "`always` for colours in text."),
                one(
                                "/api/v1/requests/{id}",
                                "A request that is kept, with its waterfall.",
                                this::named)
                        .with("id", "The request id, as in the access log.")
                        .with("colour", "`always` for colours in text."),
                Operation.change(
                        Verb.POST,
                        "/api/v1/explain/tokens",
                        "Makes a token: requests that carry it are kept, and their answers tell under which id.",
                        Takes.json(Wish.class),
                        Gives.one(Token.class),
                        this::token));
    }

    private Operation explain() {
        return new Operation(
                        Verb.GET,
                        "/api/v1/explain",
                        "What would become of a request now, and why. Sends and counts nothing.",
                        List.of(),
                        Takes.NOTHING,
                        new Gives(Explanation.class, false, List.of(JSON, TEXT)),
                        this::explained)
                .with("method", "GET, POST, …; left out, GET.")
                .with("url", "As a client asks for it: `https://shop.example.com/api/orders/7`.")
                .with("header", "Header fields, one a line: `X-Canary: 1`.")
                .with("client_ip", "Who connects; left out, this machine.")
                .with("listener", "Where it comes in; left out, the listener that fits the URL.")
                .with("http2", "`true` for a client that speaks HTTP/2 where it can.")
                .with(
                        "sni",
                        "The name that it asks for in the TLS handshake, empty for none; left out, the host of the URL.")
                .with("client_cert", "The certificate that it shows where it is asked to, in PEM.")
                .with("colour", "`always` for colours in text.");
    }

    private interface Choice {
        Passage of(Call call) throws Refused;
    }

    private Operation one(String path, String summary, Choice choice) {
        return new Operation(
                Verb.GET,
                path,
                summary,
                List.of(),
                Takes.NOTHING,
                new Gives(Told.class, false, List.of(JSON, TEXT)),
                call -> told(call, choice.of(call)));
    }

    // ---- explain ----

    private Answer explained(Call call) throws Refused {
        Explanation told;
        try {
            told = explainer.apply(question(call));
        } catch (IllegalArgumentException e) {
            throw new Refused(400, String.valueOf(e.getMessage()));
        }
        return text(call)
                ? Answer.text(200, TEXT, ExplanationText.render(told, colour(call)))
                : Answer.json(told);
    }

    private static Question question(Call call) throws Refused {
        String url =
                call.asked("url")
                        .orElseThrow(
                                () ->
                                        new Refused(
                                                400,
                                                "url: expected, as in /api/v1/explain?url=https://shop.example.com/"));
        List<String> fields =
                call.asked("header").stream()
                        .flatMap(String::lines)
                        .filter(line -> !line.isBlank())
                        .toList();
        Question question = Question.of(call.asked("method").orElse("GET"), url, fields);
        Optional<String> client = call.asked("client_ip");
        if (client.isPresent()) {
            question = question.from(InetAddress.ofLiteral(client.get()));
        }
        Optional<String> listener = call.asked("listener");
        question = question.greeting(greeting(call));
        return listener.isPresent() ? question.by(listener.get()) : question;
    }

    private static Question.Greeting greeting(Call call) {
        Question.Greeting greeting = Question.Greeting.USUAL;
        if (call.asked("http2").filter(Boolean::parseBoolean).isPresent()) {
            greeting = greeting.withHttp2();
        }
        Optional<String> name = call.said("sni");
        if (name.isPresent()) {
            greeting = greeting.asking(name.get());
        }
        Optional<String> certificate = call.asked("client_cert");
        return certificate.isPresent()
                ? greeting.showing(ClientCertificate.parse("client_cert", certificate.get()))
                : greeting;
    }

    // ---- requests ----

    private Answer kept(Call call) throws Refused {
        String wanted = call.asked("kept").orElse("");
        Predicate<Passage> fits =
                wanted.isEmpty() ? _ -> true : one -> one.kept() == kind(wanted).orElse(null);
        if (!wanted.isEmpty() && kind(wanted).isEmpty()) {
            throw new Refused(400, "kept: expected failed, slow or asked");
        }
        Stream<Passage> found = recorder.kept().stream().filter(fits);
        if (wanted.equals(Json.word(Kept.SLOW))) {
            found = found.sorted(Comparator.comparingDouble(Passage::totalMs).reversed());
        }
        List<Passage> shown = found.limit(most(call)).toList();
        return text(call)
                ? Answer.text(200, TEXT, PassageText.render(shown, colour(call)))
                : Answer.json(shown);
    }

    private static Optional<Kept> kind(String word) {
        return Stream.of(Kept.values()).filter(one -> Json.word(one).equals(word)).findFirst();
    }

    private static int most(Call call) throws Refused {
        String said = call.asked("most").orElse("" + USUAL_MOST);
        if (!said.matches("[0-9]{1,4}") || Integer.parseInt(said) > MOST) {
            throw new Refused(400, "most: expected a number up to " + MOST);
        }
        return Integer.parseInt(said);
    }

    private Passage named(Call call) throws Refused {
        String id = call.at("id");
        return recorder.kept(id)
                .orElseThrow(
                        () ->
                                new Refused(
                                        404,
                                        "no request "
                                                + id
                                                + " is kept; only the slowest, failures and those that asked for it are, for 15 minutes"));
    }

    private Answer told(Call call, Passage passage) {
        Optional<Explanation> explanation = recorder.explanation(passage);
        return text(call)
                ? Answer.text(200, TEXT, PassageText.render(passage, explanation, colour(call)))
                : Answer.json(new Told(passage, explanation));
    }

    private static boolean text(Call call) {
        return call.accept().startsWith(TEXT);
    }

    private static boolean colour(Call call) {
        return call.asked("colour").filter("always"::equals).isPresent();
    }

    // ---- tokens ----

    private Answer token(Call call) throws Refused {
        Wish wish = (Wish) call.body();
        Duration lasts;
        try {
            lasts = wish.lasts().map(DurationText::parse).orElse(USUAL);
        } catch (IllegalArgumentException e) {
            throw new Refused(422, "lasts: " + e.getMessage());
        }
        if (lasts.isZero() || lasts.compareTo(Tokens.LONGEST) > 0) {
            throw new Refused(422, "lasts: expected at most " + DurationText.print(Tokens.LONGEST));
        }
        Instant until = clock.now().plus(lasts);
        return Answer.json(new Token(Field.X_WEIR_EXPLAIN.text(), recorder.token(until), until));
    }
}
