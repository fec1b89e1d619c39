package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import dev.weir.exchange.Reply;
import dev.weir.exchange.TlsFacts;
import dev.weir.filter.Verdict;
import dev.weir.forward.ForwardRules;
import dev.weir.forward.ServiceOnLoop;
import dev.weir.http.Field;
import dev.weir.http.Method;
import dev.weir.http.Provenance;
import dev.weir.http.RequestHead;
import dev.weir.route.Route;
import dev.weir.route.Route.Destination;
import dev.weir.runtime.Loop;
import dev.weir.trace.Tracer;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The way of a request, from its parsed head to the service. Each step says why it stands where it stands.
/// Confined to one event loop; stateless.
final class Way {
    private final Worker worker;

    Way(Worker worker) {
        this.worker = worker;
    }

    /// Takes the steps. The serving hears what comes of it: an answer, a service to forward to, or to wait.
    void go(Exchange exchange, Serving serving, Provenance.Peer peer) {
        RequestHead head = exchange.request();
        Loop loop = worker.loop();
        Worker.InForce inForce = worker.inForce();
        Snapshot snapshot = inForce.snapshot();

        // 0. Who wants to know what becomes of this request. Before anything is written to its
        // fields, so that what is explained is what came.
        if (head.headers().has(Field.X_WEIR_EXPLAIN)) {
            inspect(exchange, serving, peer);
        }

        // 1. Who asks. Before everything that looks at the client's address, at the scheme or at
        // fields that only a
        //    trusted proxy may set; and before any answer, so that each has a request id.
        Provenance provenance = snapshot.provenance();
        Secured secured = serving.secured();
        Listener listener = serving.listener();
        boolean tls = secured != null;
        String scheme = provenance.scheme(head, peer, tls);
        var client = provenance.write(head, peer, tls, loop.random());
        exchange.cameFrom(peer.address(), client, listener.name(), scheme);
        TlsFacts.Client shown = TlsFacts.Client.NONE;
        if (secured != null) {
            exchange.tls(secured.facts());
            shown = secured.facts().client();
        }
        Tracer tracer = worker.tracer();
        if (tracer != null) {
            tracer.begin(exchange, peer.trusted());
        }
        ClientFields fields = listener.clientFields();
        if (fields != null) {
            fields.write(head.headers(), shown, peer.trusted());
        }

        // 2. Methods that a gateway never forwards. Above the routes, because no route may allow
        // them.
        Reply own = notForwarded(head);
        if (own != null) {
            serving.answer(own);
            return;
        }

        // 3. Who should have come by another connection. Above the routes, because what stands
        // there is for those who came rightly:
        //    rules about clients' certificates, and cookies that only TLS may carry.
        if (secured != null && secured.misdirected(head)) {
            serving.answer(Reply.of(Failure.MISDIRECTED));
            return;
        }
        HttpsRedirect redirect = listener.redirect();
        if (redirect != null && !scheme.equals("https")) {
            serving.answer(redirect.answer(exchange));
            return;
        }

        // 4. The route: on the normalised path, the same that filters see and endpoints get.
        int position = snapshot.table().find(exchange);
        if (position < 0) {
            serving.answer(notFound(snapshot, exchange));
            return;
        }
        Route route = snapshot.routes().get(position);
        exchange.record.route = route.name();
        serving.take(route, inForce);

        // 5. How important it is, as the route or a trusted proxy says; below the route for that.
        // Before anything is
        //    done for the request, so that one that there is no memory for costs none.
        exchange.priority(priority(head, peer, route));
        if (exchange.priority() == Priority.LOW && loop.pressure().pausesStreams()) {
            serving.refuse(Failure.SHED);
            return;
        }

        // 6. The filters, below the route because it says which; above the service, so that who is
        // refused costs
        //    no endpoint anything.
        filter(exchange, serving, route);
    }

    private void inspect(Exchange exchange, Serving serving, Provenance.Peer peer) {
        Inspection inspection = worker.inspection();
        if (inspection != null) {
            Secured secured = serving.secured();
            TlsFacts tls = secured == null ? null : secured.facts();
            String listener = serving.listener().name();
            exchange.record.explained = inspection.asks(exchange, peer.address(), listener, tls);
        }
    }

    /// Goes on with the route's filters; again after one has waited.
    void filter(Exchange exchange, Serving serving, Route route) {
        switch (route.filters().onRequest(exchange)) {
            case Verdict.Pass _ -> arrive(exchange, serving, route);
            case Verdict.Answer answer -> serving.answer(answer.reply());
            case Verdict.Wait wait -> serving.await(wait);
        }
    }

    /// The answer to a method that is never forwarded, or null.
    static @Nullable Reply notForwarded(RequestHead head) {
        if (head.knownMethod() == Method.TRACE || head.knownMethod() == Method.CONNECT) {
            return Reply.of(Failure.METHOD_NOT_ALLOWED).with("Allow", "");
        }
        boolean star = head.pathStart() < head.pathEnd() && head.bytes()[head.pathStart()] == '*';
        // `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7), and that is Weir.
        return star ? Reply.of(204) : null;
    }

    /// Only a trusted proxy may say how important a request is: everybody else's is as important as can be to him.
    static Priority priority(RequestHead head, Provenance.Peer peer, Route route) {
        if (peer.trusted() && head.headers().has(Field.X_WEIR_PRIORITY)) {
            String word = head.headers().get(Field.X_WEIR_PRIORITY);
            Priority said = word == null ? null : Priority.named(word);
            return said == null ? route.priority() : said;
        }
        return route.priority();
    }

    /// 7. Where the route ends. A path is rewritten last, so that matching and filters see what the client sent. A service has so many places and
    /// no more; who gets none waits at its door, where nothing has been done for it yet.
    private void arrive(Exchange exchange, Serving serving, Route route) {
        switch (route.destination()) {
            case Destination.Answer answer -> serving.answer(answer.reply());
            case Destination.Elsewhere elsewhere -> serving.answer(elsewhere.answer(exchange));
            case Destination.Services services -> {
                services.rewrite().apply(exchange);
                int drawn = services.splitter().pick(worker.loop().random());
                serving.enter(serving.service(services.positions().get(drawn)), route);
            }
        }
    }

    /// Who gets a copy of a request of this route, if anybody does.
    @Nullable ServiceOnLoop mirror(Route route, Serving serving) {
        Optional<ForwardRules.Mirror> mirror = route.rules().mirror();
        if (mirror.isEmpty() || worker.loop().random().nextDouble() >= mirror.get().share()) {
            return null;
        }
        return serving.service(mirror.get().position());
    }

    static Reply notFound(Snapshot snapshot, Exchange exchange) {
        Set<String> allowed = snapshot.table().allowedMethods(exchange);
        return allowed.isEmpty()
                ? Reply.of(Failure.NO_ROUTE)
                : Reply.of(Failure.METHOD_NOT_ALLOWED).with("Allow", String.join(", ", allowed));
    }
}
