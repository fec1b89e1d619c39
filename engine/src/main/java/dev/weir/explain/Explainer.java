package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.balance.Balance;
import dev.weir.balance.Outlook;
import dev.weir.config.EffectiveConfig;
import dev.weir.config.Origins;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.explain.Explanation.Deed;
import dev.weir.explain.Explanation.Outcome;
import dev.weir.filter.FieldChange;
import dev.weir.filter.FilterChain;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.Verdict;
import dev.weir.http.Field;
import dev.weir.http.PathNormaliser;
import dev.weir.http.RequestHead;
import dev.weir.listen.Answers;
import dev.weir.listen.Walk;
import dev.weir.listen.Walk.End;
import dev.weir.listen.Walk.Walked;
import dev.weir.observe.Secrets;
import dev.weir.preamble.Ends;
import dev.weir.route.Route.Destination;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Key;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.tls.ChosenCertificate;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Explains what one configuration does with requests. Immutable and thread-safe; called on no event loop.
///
/// @param origins where the settings of the configuration stand
/// @param arrivals by which listener requests come
/// @param handshakes how clients agree with them on TLS
/// @param live whether a process runs by it
public record Explainer(
        WeirConfig config,
        Origins origins,
        Walk walk,
        Arrivals arrivals,
        Handshakes handshakes,
        Lookout lookout,
        boolean live) {
    private static final int CLIENT_PORT = 40_000;

    /// What would become of a request.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if it names a listener that takes no requests
    public Explanation explain(Question question) {
        Arrivals.Arrival arrival = arrivals.of(question);
        Optional<Walk.Handshake> tls = handshake(question, arrival);
        Walked walked = walk(question, arrival, tls);
        Routes routes = new Routes(config, origins, walk.snapshot());
        Settings settings = new Settings();
        List<Explanation.Target> targets = targets(walked, settings);
        List<String> notes = new ArrayList<>(arrival.notes());
        notes.addAll(handshakes.notes(question, arrival.listener()));
        Outcome outcome = outcome(walked, question);
        grpc(walked, outcome).ifPresent(notes::add);
        if (!live && !targets.isEmpty()) {
            notes.add("As after a start: no limit is used up, and all endpoints are idle and up.");
        }
        return new Explanation(
                live,
                request(question, arrival, tls, walked),
                notes,
                routes.tried(walked),
                routes.passed(walked),
                filters(walked),
                outcome,
                targets,
                settings.found());
    }

    /// Where it may go, with the settings that then hold.
    private List<Explanation.Target> targets(Walked walked, Settings settings) {
        List<Explanation.Target> targets = new ArrayList<>();
        if (walked.end() instanceof End.Sent(Destination.Services to)) {
            settings.route(
                    config.routes().get(walked.route()),
                    Whence.route(config, origins, walked.route()));
            for (int i = 0; i < to.positions().size(); i++) {
                targets.add(target(to.positions().get(i), to.splitter().share(i), walked));
                String name = to.splitter().services().get(i);
                settings.service(name, service(name), Whence.service(origins, name));
            }
        }
        return targets;
    }

    /// How far a request would come.
    ///
    /// @throws IllegalArgumentException as [#explain]
    public Walked walk(Question question) {
        Arrivals.Arrival arrival = arrivals.of(question);
        return walk(question, arrival, handshake(question, arrival));
    }

    private Walked walk(Question question, Arrivals.Arrival arrival, Optional<Walk.Handshake> tls) {
        InetSocketAddress to = arrival.listener().address();
        Ends ends = new Ends(new InetSocketAddress(question.peer(), CLIENT_PORT), to);
        Walk.By by = new Walk.By(arrival.listener(), ends, tls);
        return arrival.http2()
                ? walk.go(
                        question.http2Head(arrival.tls() ? "https" : "http"),
                        question.hasBody(),
                        by)
                : walk.go(question.head(), by);
    }

    private Optional<Walk.Handshake> handshake(Question question, Arrivals.Arrival arrival) {
        return arrival.tls()
                ? Optional.of(handshakes.of(question, arrival.listener()))
                : Optional.empty();
    }

    private ServiceConfig service(String name) {
        return config.services().getOrDefault(name, ServiceConfig.DEFAULTS);
    }

    // ---- the request ----

    private Explanation.Request request(
            Question question,
            Arrivals.Arrival arrival,
            Optional<Walk.Handshake> tls,
            Walked walked) {
        RequestHead head = walked.exchange().request();
        String listener = arrival.listener().name();
        boolean read =
                !(walked.end() instanceof End.Unread || walked.end() instanceof End.Unanswered);
        String query = read && head.hasQuery() ? head.query() : null;
        return new Explanation.Request(
                question.method(),
                shown(question.url()),
                listener,
                new Whence(origins, "").below("listeners").named(listener).at(),
                arrival.http2() ? "HTTP/2" : "HTTP/1.1",
                tls.map(shaken -> shaken.facts().serverName()).orElse(""),
                tls.map(shaken -> handshakes.shown(shaken, arrival.listener())).orElse(""),
                tls.isPresent() ? handshakes.shownAt(arrival.listener()) : "",
                walked.exchange().scheme(),
                read ? head.host() : "",
                read ? head.path() : "",
                read && !question.path().equals(head.path()) ? question.path() : "",
                query == null ? "" : Secrets.shown(query),
                read ? walked.exchange().client().getHostAddress() : "",
                question.peer().getHostAddress(),
                walked.trusted(),
                walked.exchange().priority().name().toLowerCase(Locale.ROOT),
                walked.told().stream().map(Explainer::shown).toList());
    }

    /// The request id that is shown would be another one the next time.
    private static FieldChange shown(FieldChange change) {
        boolean id = change.name().equals(Field.X_REQUEST_ID.text()) && change.before().isEmpty();
        return id ? new FieldChange(change.name(), "", "(made for each request)") : change;
    }

    private static String shown(String url) {
        int query = url.indexOf('?');
        return query < 0
                ? url
                : url.substring(0, query + 1) + Secrets.shown(url.substring(query + 1));
    }

    // ---- filters ----

    private List<Explanation.Filter> filters(Walked walked) {
        List<Explanation.Filter> filters = new ArrayList<>();
        if (walked.route() < 0) {
            return filters;
        }
        RouteConfig route = config.routes().get(walked.route());
        for (int i = 0; i < route.filters().size(); i++) {
            FilterConfig filter = route.filters().get(i);
            String at = Whence.filter(config, origins, walked.route(), i).at();
            FilterChain.@Nullable Step step =
                    i < walked.steps().size() ? walked.steps().get(i) : null;
            filters.add(
                    step == null
                            ? new Explanation.Filter(
                                    name(filter), at, Deed.UNASKED, List.of(), List.of())
                            : new Explanation.Filter(
                                    name(filter),
                                    at,
                                    deed(step),
                                    step.foresight().says(),
                                    step.changes()));
        }
        return filters;
    }

    private static Deed deed(FilterChain.Step step) {
        return step.foresight().verdict() instanceof Verdict.Answer
                ? Deed.ANSWERS
                : step.foresight().known() ? Deed.PASSES : Deed.UNKNOWN;
    }

    private static String name(FilterConfig filter) {
        Key key = filter.getClass().getAnnotation(Key.class);
        return key == null ? filter.getClass().getSimpleName() : key.value();
    }

    // ---- how it ends ----

    private Outcome outcome(Walked walked, Question question) {
        return switch (walked.end()) {
            case End.Unread(Failure why) -> unread(why, question);
            case End.Unanswered(String by, String why) ->
                    new Outcome(true, 0, "", by, why, List.of(), "", "");
            case End.Misdirected(ChosenCertificate got) -> misdirected(walked, question, got);
            case End.Answered(Reply reply) -> answered(reply, "");
            case End.Redirected(Reply reply) -> answered(reply, "redirect of the listener");
            case End.Filtered(Reply reply) -> {
                FilterConfig last =
                        config.routes()
                                .get(walked.route())
                                .filters()
                                .get(walked.steps().size() - 1);
                yield answered(reply, "filter " + name(last));
            }
            case End.Own(Reply reply) -> answered(reply, "the route itself");
            case End.Sent _ -> sent(walked.exchange().request());
        };
    }

    /// With what is wrong with the path, if that is it.
    private Outcome unread(Failure why, Question question) {
        Outcome end = answered(Reply.of(why), "reading the request");
        try {
            PathNormaliser.normalise(question.path(), config.limits().mergeSlashes());
            return end;
        } catch (IllegalArgumentException e) {
            return new Outcome(
                    true,
                    end.status(),
                    end.reason(),
                    end.by(),
                    String.valueOf(e.getMessage()),
                    List.of(),
                    "",
                    "");
        }
    }

    private static Outcome misdirected(Walked walked, Question question, ChosenCertificate got) {
        String name = question.serverName();
        String asked = name.isEmpty() ? "no name" : name;
        return new Outcome(
                true,
                Failure.MISDIRECTED.status(),
                Failure.MISDIRECTED.reason(),
                "the TLS handshake",
                "it asked for %s and got the certificate of %s; %s has another one"
                        .formatted(asked, got.shown(), walked.exchange().request().host()),
                List.of(),
                "",
                "");
    }

    /// What a gRPC client sees of an answer of Weir's own.
    private static Optional<String> grpc(Walked walked, Outcome outcome) {
        return outcome.answered() && outcome.status() > 0
                ? Answers.grpcStatus(walked.exchange().request(), outcome.status()).stream()
                        .mapToObj(
                                code ->
                                        "To gRPC this is told as status 200 with grpc-status %d."
                                                .formatted(code))
                        .findFirst()
                : Optional.empty();
    }

    private static Outcome answered(Reply reply, String by) {
        Failure failure = reply.failure();
        return new Outcome(
                true,
                reply.status(),
                failure == null ? "" : failure.reason(),
                by,
                failure == null ? "" : failure.says(),
                reply.fields().stream()
                        .map(one -> new Explanation.Field(one.name(), one.value()))
                        .toList(),
                "",
                "");
    }

    private static Outcome sent(RequestHead head) {
        String query = head.query();
        String host = head.headers().get("Host");
        return new Outcome(
                false,
                0,
                "",
                "",
                "",
                List.of(),
                head.sentPath() + (query == null ? "" : "?" + Secrets.shown(query)),
                host == null ? "" : host);
    }

    // ---- where it goes ----

    private Explanation.Target target(int position, double share, Walked walked) {
        Lookout.View view = lookout.look(position, walked.exchange());
        Service service = view.service();
        ServiceConfig settings = service(service.name());
        Whence at = Whence.service(origins, service.name());
        return new Explanation.Target(
                service.name(),
                at.at(),
                share,
                EffectiveConfig.inline(Balance.class, settings.balance()),
                at.of("balance", !settings.balance().equals(ServiceConfig.DEFAULTS.balance())),
                view.outlook().rule(),
                service.members().panic(),
                instances(view, settings, at));
    }

    private List<Explanation.Instance> instances(
            Lookout.View view, ServiceConfig settings, Whence at) {
        Map<Endpoint, Outlook.Chance> chances = new HashMap<>();
        view.outlook().chances().forEach(one -> chances.put(one.endpoint(), one));
        List<Explanation.Instance> instances = new ArrayList<>();
        Service service = view.service();
        for (Endpoint endpoint : service.endpoints()) {
            Outlook.Chance chance = chances.get(endpoint);
            instances.add(
                    new Explanation.Instance(
                            endpoint.name(),
                            place(endpoint, settings, at),
                            endpoint.weight(),
                            endpoint.zone(),
                            endpoint.backup(),
                            live ? state(endpoint) : "",
                            Math.max(0, endpoint.state().inFlight()),
                            chance == null ? 0 : chance.probability(),
                            chance == null ? why(endpoint, service) : chance.says(),
                            view.heldBack().getOrDefault(endpoint, 0.0)));
        }
        return instances;
    }

    private static String place(Endpoint endpoint, ServiceConfig settings, Whence at) {
        for (int i = 0; i < settings.endpoints().size(); i++) {
            if (settings.endpoints().get(i).address().at().toString().equals(endpoint.name())) {
                return at.below("endpoints").numbered(i).at();
            }
        }
        return settings.discover().isPresent() ? at.below("discover").at() : Whence.UNKNOWN;
    }

    private static String state(Endpoint endpoint) {
        return switch (endpoint.state().standing()) {
            case UNKNOWN -> endpoint.state().silent() ? "does not answer" : "not checked";
            case UP -> "up";
            case EJECTED -> "ejected";
            case RETURNING -> endpoint.state().waiting() ? "returning, waits" : "returning";
            case DOWN, DOWN_EJECTED -> "down";
        };
    }

    /// Why an endpoint gets nothing.
    private static String why(Endpoint endpoint, Service service) {
        for (Endpoint usable : service.members().usable()) {
            if (usable == endpoint) {
                return "";
            }
        }
        return switch (endpoint.state().orders().mode()) {
            case DRAINING -> "the operator drains it";
            case DOWN -> "the operator has taken it down";
            case READY -> whyUnasked(endpoint, service);
        };
    }

    private static String whyUnasked(Endpoint endpoint, Service service) {
        return !endpoint.state().standing().usable()
                ? "gets no requests"
                : endpoint.backup()
                        ? "a backup, and others are usable"
                        : service.away(endpoint) ? "of another zone" : "gets no requests now";
    }
}
