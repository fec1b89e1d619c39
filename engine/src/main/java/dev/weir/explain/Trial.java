package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.FieldChange;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterChain;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.Provenance;
import dev.weir.http.ResponseHead;
import dev.weir.listen.Answers;
import dev.weir.listen.Snapshot;
import dev.weir.listen.TestConfig;
import dev.weir.listen.Walk;
import dev.weir.listen.Walk.End;
import dev.weir.listen.Walk.Walked;
import dev.weir.preamble.Ends;
import dev.weir.route.Refusal;
import dev.weir.route.RouteConfig;
import dev.weir.runtime.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Runs the requests that stand as tests in a file: takes the [Walk] of each, but with filters that do what they do, and sees the head of the
/// answer. The filters are made anew for each request, so that none sees what another one spent. Confined to one thread, which is no event
/// loop.
public final class Trial {
    /// What becomes of a request.
    public sealed interface Outcome {
        /// Weir answers.
        ///
        /// @param route that took it, -1 if none did
        /// @param filter of the route that answered, by its place; -1 if none did
        /// @param head of the answer
        record Answered(int route, int filter, Reply reply, ResponseHead head) implements Outcome {}

        /// It is sent on.
        ///
        /// @param services one of which gets it
        /// @param path that the endpoint gets
        /// @param head of an answer without any field but those that Weir sets
        record Forwarded(int route, List<String> services, String path, ResponseHead head)
                implements Outcome {}

        /// A filter waits for something outside, so nobody can tell.
        record Open(int route, int filter) implements Outcome {}

        /// The route that took it, -1 if none did.
        int route();
    }

    private static final int CLIENT_PORT = 50_000;

    private final WeirConfig config;
    private final Snapshot snapshot;
    private final Arrivals arrivals;
    private final Path directory;
    private final Clock clock;
    private final SplittableRandom random = new SplittableRandom(0);
    private Exchange exchange = new Exchange();
    private FilterChain chain = FilterChain.EMPTY;

    /// @param directory where relative file names in the configuration start
    public Trial(
            WeirConfig config, Snapshot snapshot, Arrivals arrivals, Path directory, Clock clock) {
        this.config = config;
        this.snapshot = snapshot;
        this.arrivals = arrivals;
        this.directory = directory;
        this.clock = clock;
    }

    /// Takes a request as far as it goes.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if no listener takes requests
    public Outcome run(TestConfig test) {
        chain = FilterChain.EMPTY;
        Question question = question(test);
        InetSocketAddress client = new InetSocketAddress(question.peer(), CLIENT_PORT);
        Walk.By by =
                new Walk.By(
                        arrivals.of(question).listener(),
                        new Ends(client, client),
                        question.tls() ? Optional.of(Walk.Handshake.ANY) : Optional.empty());
        Walked walked = new Walk(snapshot, random, this::ask).go(question.head(), by);
        exchange = walked.exchange();
        int last = walked.steps().size() - 1;
        if (last >= 0 && !walked.steps().get(last).foresight().known()) {
            return new Outcome.Open(walked.route(), last);
        }
        return switch (walked.end()) {
            case End.Unread(var why) -> {
                exchange.id(Provenance.newId(random));
                yield answer(walked, -1, Reply.of(why));
            }
            case End.Unanswered(var _, String why) -> throw new IllegalStateException(why);
            case End.Misdirected _ -> answer(walked, -1, Reply.of(Failure.MISDIRECTED));
            case End.Answered(Reply reply) -> answer(walked, -1, reply);
            case End.Redirected(Reply reply) -> answer(walked, -1, reply);
            case End.Filtered(Reply reply) -> answer(walked, last, reply);
            case End.Own(Reply reply) -> answer(walked, -1, reply);
            case End.Sent(var to) -> {
                ResponseHead head = exchange.response();
                head.start(200, ResponseHead.NO_BODY);
                chain.onResponse(exchange, head);
                yield new Outcome.Forwarded(
                        walked.route(),
                        to.splitter().services(),
                        exchange.request().sentPath(),
                        head);
            }
        };
    }

    /// The name of the listener that the request comes by.
    ///
    /// @throws IllegalArgumentException as [#run]
    public String listener(TestConfig test) {
        return arrivals.of(question(test)).listener().name();
    }

    /// Why a route does not match the request that was run last; empty if it does, whoever took it.
    ///
    /// @param route its place in the configuration
    public Optional<String> refusal(int route) {
        return snapshot.table().refusal(route, exchange).map(Refusal::says);
    }

    private static Question question(TestConfig test) {
        List<Question.Line> fields = new ArrayList<>();
        test.headers().forEach((name, value) -> fields.add(new Question.Line(name, value)));
        return new Question(
                test.request().method(),
                test.request().secure(),
                test.request().authority(),
                test.request().target(),
                fields,
                InetAddress.ofLiteral(test.clientIp()),
                test.listener(),
                Question.Greeting.USUAL);
    }

    /// Has new filters do what they do. One that waits is a step of which nothing is known.
    private List<FilterChain.Step> ask(int position, Exchange asked) {
        RouteConfig route = config.routes().get(position);
        FilterSite site =
                new FilterSite(
                        snapshot.routes().get(position).name(),
                        directory,
                        clock,
                        random.nextLong(),
                        _ -> {});
        List<Filter> filters = route.filters().stream().map(one -> one.build(site)).toList();
        chain = new FilterChain(filters);
        Verdict verdict = chain.onRequest(asked);
        List<FilterChain.Step> steps =
                new ArrayList<>(
                        Collections.nCopies(
                                asked.filtersAsked(), step(Foresight.of(Verdict.PASS))));
        switch (verdict) {
            case Verdict.Pass _ -> {}
            case Verdict.Answer answer -> steps.set(steps.size() - 1, step(Foresight.of(answer)));
            case Verdict.Wait _ -> steps.set(steps.size() - 1, step(Foresight.UNKNOWN));
        }
        return steps;
    }

    private static FilterChain.Step step(Foresight foresight) {
        return new FilterChain.Step(foresight, List.<FieldChange>of());
    }

    private Outcome answer(Walked walked, int filter, Reply reply) {
        var _ = Answers.write(exchange, reply);
        chain.onResponse(exchange, exchange.response());
        chain.onEnd(exchange);
        return new Outcome.Answered(walked.route(), filter, reply, exchange.response());
    }
}
