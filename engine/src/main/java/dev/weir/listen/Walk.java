package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.exchange.TlsFacts;
import dev.weir.filter.FieldChange;
import dev.weir.filter.FilterChain;
import dev.weir.filter.Verdict;
import dev.weir.http.Field;
import dev.weir.http.Http2HeadReader;
import dev.weir.http.Parsed;
import dev.weir.http.Provenance;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.preamble.Ends;
import dev.weir.route.Candidate;
import dev.weir.route.Route;
import dev.weir.route.Route.Destination;
import dev.weir.tls.ChosenCertificate;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The [Way] of a request that is only thought of: the same steps in the same order, by the same code, but nothing is sent. For
/// explanations, and for tests of a configuration.
///
/// Immutable and thread-safe.
///
/// @param random for the request id that endpoints would see
/// @param asking how filters are asked
public record Walk(Snapshot snapshot, RandomGenerator random, Asking asking) {
    /// Made anew for each request.
    private static final String REQUEST_ID = Field.X_REQUEST_ID.text();

    private static final String BROKEN =
            "HTTP/2 has no such requests, and the stream is reset (RFC 9113 §8.1.1, §8.2.2)";

    /// How the filters of a route are asked what they do.
    public interface Asking {
        /// @param route its place in the snapshot
        /// @return what each does, up to the one that answers
        List<FilterChain.Step> ask(int route, Exchange exchange);
    }

    /// Where filters foretell what they would do, and nothing is counted or remembered.
    public Walk(Snapshot snapshot, RandomGenerator random) {
        this(
                snapshot,
                random,
                (route, exchange) -> snapshot.routes().get(route).filters().foresee(exchange));
    }

    /// By which connection a request would come. Immutable.
    ///
    /// @param tls its handshake; empty if it is not encrypted
    public record By(Listener listener, Ends ends, Optional<Handshake> tls) {}

    /// How a TLS handshake would go. Immutable.
    ///
    /// @param refused why it fails; empty if it does not
    /// @param certificate that the client gets; asked for where it matters
    public record Handshake(
            TlsFacts facts, Optional<String> refused, Supplier<ChosenCertificate> certificate) {
        /// Of a client that may ask for any host.
        public static final Handshake ANY =
                new Handshake(
                        new TlsFacts("", "", "", TlsFacts.Client.NONE),
                        Optional.empty(),
                        () -> {
                            throw new IllegalStateException("which certificate does not matter");
                        });
    }

    /// A field of a head in HTTP/2: `:path`, `accept`.
    public record Http2Field(String name, String value) {}

    /// How far it came.
    public sealed interface End {
        /// The client gets no answer: the TLS handshake fails, or its HTTP/2 is none.
        ///
        /// @param by what ends it
        record Unanswered(String by, String why) implements End {}

        /// It is no request that Weir reads.
        record Unread(Failure why) implements End {}

        /// Weir answers it before any route is asked, or because none matches.
        record Answered(Reply reply) implements End {}

        /// It is for a host that has another certificate than this one, which its connection began with.
        record Misdirected(ChosenCertificate got) implements End {}

        /// Its listener sends clients elsewhere.
        record Redirected(Reply reply) implements End {}

        /// The filter that was asked last answers it.
        record Filtered(Reply reply) implements End {}

        /// The route itself answers it.
        record Own(Reply reply) implements End {}

        /// It goes to a service.
        record Sent(Destination.Services to) implements End {}
    }

    /// What came of it. The exchange is as it would be sent: it belongs to the caller, and is never used for a request.
    ///
    /// @param route its place in the snapshot, or -1 if none was taken
    /// @param trusted whether who connects is a trusted proxy
    /// @param told what changed of the fields that say where the request comes from
    /// @param candidates in the order in which they were looked at; empty if none was
    /// @param steps what the filters do that were asked
    public record Walked(
            Exchange exchange,
            boolean trusted,
            List<FieldChange> told,
            int route,
            List<Candidate> candidates,
            List<FilterChain.Step> steps,
            End end) {}

    /// Takes the steps.
    ///
    /// @param head the request's head as it comes on the wire, in HTTP/1.1
    public Walked go(byte[] head, By by) {
        Exchange exchange = new Exchange();
        Parsed parsed =
                new RequestParser(snapshot.limits())
                        .parse(Unpooled.wrappedBuffer(head), exchange.request());
        return go(exchange, by, parsed);
    }

    /// Takes the steps.
    ///
    /// @param head the request's head as it comes in HTTP/2, without compression
    /// @param bodyFollows whether the request does not end with it
    public Walked go(List<Http2Field> head, boolean bodyFollows, By by) {
        Exchange exchange = new Exchange();
        Http2HeadReader reader = new Http2HeadReader(snapshot.limits());
        reader.begin(exchange.request());
        for (Http2Field field : head) {
            byte[] name = field.name.getBytes(StandardCharsets.UTF_8);
            byte[] value = field.value.getBytes(StandardCharsets.UTF_8);
            reader.field(name, 0, name.length, value, 0, value.length);
        }
        Parsed parsed = reader.finish(bodyFollows);
        if (!reader.broken() || by.tls().flatMap(Handshake::refused).isPresent()) {
            return go(exchange, by, parsed);
        }
        return unread(exchange, by, new End.Unanswered("reading the request", BROKEN));
    }

    private Walked go(Exchange exchange, By by, Parsed parsed) {
        Optional<String> refused = by.tls().flatMap(Handshake::refused);
        if (refused.isPresent()) {
            return unread(exchange, by, new End.Unanswered("the TLS handshake", refused.get()));
        }
        return parsed == Parsed.COMPLETE
                ? arrived(exchange, by)
                : unread(exchange, by, new End.Unread(Failure.of(parsed)));
    }

    private Walked unread(Exchange exchange, By by, End end) {
        exchange.ends(by.ends());
        return early(exchange, snapshot.provenance().peer(by.ends()), List.of(), end);
    }

    private static Walked early(
            Exchange exchange, Provenance.Peer peer, List<FieldChange> told, End end) {
        return new Walked(exchange, peer.trusted(), told, -1, List.of(), List.of(), end);
    }

    private Walked arrived(Exchange exchange, By by) {
        RequestHead head = exchange.request();
        Provenance.Peer peer = snapshot.provenance().peer(by.ends());
        exchange.ends(by.ends());
        Map<String, FieldChange> before = FieldChange.standing(head.headers());
        boolean tls = by.tls().isPresent();
        String scheme = snapshot.provenance().scheme(head, peer, tls);
        exchange.cameFrom(
                peer.address(),
                snapshot.provenance().write(head, peer, tls, random),
                by.listener().name(),
                scheme);
        Handshake shaken = by.tls().orElse(Handshake.ANY);
        ClientFields fields = by.listener().clientFields();
        if (fields != null) {
            fields.write(head.headers(), shaken.facts.client(), peer.trusted());
        }
        List<FieldChange> told =
                FieldChange.between(
                        before, FieldChange.standing(head.headers()), List.of(REQUEST_ID));
        Reply own = Way.notForwarded(head);
        if (own != null) {
            return early(exchange, peer, told, new End.Answered(own));
        }
        if (Secured.asksForAnother(head, shaken.facts)) {
            ChosenCertificate got = shaken.certificate.get();
            if (!got.isFor(head.host())) {
                return early(exchange, peer, told, new End.Misdirected(got));
            }
        }
        HttpsRedirect redirect = by.listener().redirect();
        if (redirect != null && !scheme.equals("https")) {
            return early(exchange, peer, told, new End.Redirected(redirect.answer(exchange)));
        }
        return routed(exchange, peer, told);
    }

    private Walked routed(Exchange exchange, Provenance.Peer peer, List<FieldChange> told) {
        List<Candidate> candidates = snapshot.table().candidates(exchange);
        int position = snapshot.table().find(exchange);
        if (position < 0) {
            End end = new End.Answered(Way.notFound(snapshot, exchange));
            return new Walked(exchange, peer.trusted(), told, -1, candidates, List.of(), end);
        }
        Route route = snapshot.routes().get(position);
        exchange.record.route = route.name();
        exchange.priority(Way.priority(exchange.request(), peer, route));
        List<FilterChain.Step> steps = asking.ask(position, exchange);
        End end =
                !steps.isEmpty()
                                && steps.getLast().foresight().verdict()
                                        instanceof Verdict.Answer(Reply reply)
                        ? new End.Filtered(reply)
                        : end(exchange, route);
        return new Walked(exchange, peer.trusted(), told, position, candidates, steps, end);
    }

    private static End end(Exchange exchange, Route route) {
        return switch (route.destination()) {
            case Destination.Answer answer -> new End.Own(answer.reply());
            case Destination.Elsewhere elsewhere -> new End.Own(elsewhere.answer(exchange));
            case Destination.Services services -> {
                services.rewrite().apply(exchange);
                yield new End.Sent(services);
            }
        };
    }
}
