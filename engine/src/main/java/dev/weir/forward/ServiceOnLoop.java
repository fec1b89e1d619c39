package dev.weir.forward;

import dev.weir.balance.Balance;
import dev.weir.balance.Balancer;
import dev.weir.balance.Balancers;
import dev.weir.balance.Outlook;
import dev.weir.balance.Prober;
import dev.weir.balance.Sticky;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.RequestKey;
import dev.weir.exchange.SipHash;
import dev.weir.http.LimitsConfig;
import dev.weir.limit.Places;
import dev.weir.limit.Refusals;
import dev.weir.limit.Restraint;
import dev.weir.limit.Throttle;
import dev.weir.metrics.ServiceTraffic;
import dev.weir.observe.Events;
import dev.weir.preamble.Ends;
import dev.weir.retry.Latencies;
import dev.weir.retry.RetryBudget;
import dev.weir.runtime.Loop;
import dev.weir.runtime.Transport;
import dev.weir.service.Attempt;
import dev.weir.service.ConnectionsConfig;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Standing;
import dev.weir.service.Succession;
import dev.weir.service.Tried;
import dev.weir.service.Watch;
import dev.weir.tls.HandshakeFailed;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What one event loop has of one service: its door, its balancer, its restraint, and the connections to each endpoint.
/// Confined to that loop.
public final class ServiceOnLoop {
    /// Not secret: a client may know who gets its requests, and can send them there by their key anyway. Not 0, so that
    /// keys and the endpoints' points do not meet.
    private static final long HASH_KEY = 1;

    private final RequestKey[] keys;

    /// So many endpoints that requests are held back from are passed over for one request.
    private static final int MOST_PASSED_OVER = 3;

    private final Loop loop;
    private Service service;
    private final Admission admission;
    private Throttle throttle;
    private final Restraint restraint;
    private Balancer balancer;
    private Sticky.@Nullable OnLoop sticky;
    private final Watch watch;
    private final ServiceTraffic traffic;
    private final RetryBudget retries;
    private final RetryBudget hedges;
    private final Latencies latencies = new Latencies();
    private boolean measuresLatencies;
    private final LimitsConfig limits;
    private final Dialer dialer;

    /// By position.
    private @Nullable Carriers[] carriers;

    private boolean heldBack;

    /// What all loops have of a service together. Thread-safe.
    public record Shared(
            Balancers balancers,
            Optional<Sticky> sticky,
            Places places,
            Restraint restraint,
            RetryBudget retries,
            RetryBudget hedges) {
        /// The same for another list of endpoints.
        public Shared with(Service next) {
            return new Shared(
                    balancers.next(next),
                    sticky.map(cookie -> cookie.with(next)),
                    places,
                    restraint,
                    retries,
                    hedges);
        }

        /// @param seed a secret of this process
        public static Shared of(Service service, byte[] seed, Events events) {
            ConnectionsConfig config = service.config().connections();
            Places places =
                    new Places(
                            config.max(),
                            config.pending(),
                            config.maxWait().toNanos(),
                            new Refusals(service.name(), config.max(), events));
            return new Shared(
                    new Balancers(service, events),
                    service.config().sticky().map(cookie -> new Sticky(service, cookie, seed)),
                    places,
                    new Restraint(service.name(), events),
                    new RetryBudget(),
                    new RetryBudget());
        }
    }

    public ServiceOnLoop(
            Loop loop,
            Service service,
            Shared shared,
            Watch watch,
            LimitsConfig limits,
            Transport transport) {
        this.loop = loop;
        this.service = service;
        this.balancer = shared.balancers.forLoop(loop.random(), prober(service));
        this.sticky = shared.sticky.map(Sticky::forLoop).orElse(null);
        this.retries = shared.retries;
        this.hedges = shared.hedges;
        this.keys = service.config().balance().keys().toArray(RequestKey[]::new);
        this.admission = new Admission(loop, shared.places);
        this.throttle = new Throttle(service.config().throttle(), service.slots(), loop.random());
        this.restraint = shared.restraint;
        this.watch = watch;
        this.limits = limits;
        this.traffic = loop.traffic().service(service);
        this.dialer = new Dialer(loop, service, transport, traffic);
        this.carriers = carriers(new Succession(service, service), new Carriers[0]);
    }

    /// Goes on with another list of endpoints. Those that have left get no request any more; what is under way to them ends, and
    /// their connections close.
    ///
    /// @param shared made from what all loops had for the list before
    public void adopt(Service next, Shared shared) {
        Succession change = new Succession(service, next);
        service = next;
        traffic.adopt(next);
        balancer = shared.balancers.forLoop(loop.random(), balancer, change, prober(next));
        sticky = shared.sticky.map(Sticky::forLoop).orElse(null);
        throttle = throttle.next(change);
        carriers = carriers(change, carriers);
    }

    private @Nullable Carriers[] carriers(Succession change, @Nullable Carriers[] before) {
        @Nullable Carriers[] after = new Carriers[change.after().slots()];
        for (int i = 0; i < before.length; i++) {
            Carriers here = before[i];
            if (here != null && change.stays(i)) {
                after[i] = here;
            } else if (here != null) {
                here.close();
            }
        }
        for (Endpoint endpoint : change.after().endpoints()) {
            if (after[endpoint.position()] == null) {
                after[endpoint.position()] = to(endpoint);
            }
        }
        return after;
    }

    private Carriers to(Endpoint endpoint) {
        ConnectionsConfig connections = service.config().connections();
        return switch (service.config().protocol()) {
            case H1 -> new Http1Carriers(loop, endpoint, dialer, limits, connections);
            case H2, H2C -> new Http2Carriers(loop, endpoint, dialer, limits, connections);
        };
    }

    private Prober prober(Service service) {
        return service.config().balance() instanceof Balance.Probed probed
                ? new ProbeSender(loop, this, probed, service.slots())
                : Prober.NONE;
    }

    public Service service() {
        return service;
    }

    /// Whether its endpoints speak HTTP/2.
    boolean speaksHttp2() {
        return service.config().protocol() != ServiceConfig.Protocol.H1;
    }

    public LimitsConfig limits() {
        return limits;
    }

    /// Where requests get a place before they are forwarded.
    public Admission admission() {
        return admission;
    }

    /// What the service's endpoints are shared out by: equal for requests that belong to the same one. Asked once per
    /// exchange. A request that has nothing of what is hashed belongs to none, and goes anywhere.
    ///
    /// Several gateways with the same file come to the same.
    long key(Exchange exchange) {
        if (keys.length == 0) {
            return 0;
        }
        SipHash hash = new SipHash(HASH_KEY, HASH_KEY);
        return addKeys(hash, exchange) ? hash.end() : loop.random().nextLong();
    }

    private boolean addKeys(SipHash hash, Exchange exchange) {
        boolean any = false;
        for (RequestKey key : keys) {
            any |= key.addTo(hash, exchange);
        }
        return any;
    }

    /// Where a request would go if it came now, first of all by the client's cookie. Picks nothing; for explanations.
    public Outlook outlook(Exchange exchange) {
        Endpoint cookie = stuck(exchange);
        if (cookie != null) {
            return Outlook.certain(
                    "the one that the client's cookie leads to", cookie, "named by the cookie");
        }
        SipHash hash = new SipHash(HASH_KEY, HASH_KEY);
        OptionalLong key =
                keys.length > 0 && addKeys(hash, exchange)
                        ? OptionalLong.of(hash.end())
                        : OptionalLong.empty();
        return balancer.outlook(key, new Tried(), loop.now());
    }

    /// Where a request would go of which nothing is known. Picks nothing; for people who look at the service.
    public Outlook outlook() {
        return balancer.outlook(OptionalLong.empty(), new Tried(), loop.now());
    }

    /// The probability with which requests are held back from an endpoint now, from 0 to 1.
    public double heldBack(Endpoint endpoint) {
        return throttle.probability(endpoint, loop.now());
    }

    /// The usable endpoint that the client's cookie leads to, or null.
    @Nullable Endpoint stuck(Exchange exchange) {
        return sticky == null ? null : sticky.endpoint(exchange, loop.clock().millis());
    }

    /// Lets the client come back to the endpoint that has answered.
    void stick(Exchange exchange, Endpoint endpoint) {
        if (sticky != null && service.holds(endpoint)) {
            sticky.mark(exchange, endpoint, loop.clock().millis());
        }
    }

    /// The endpoint for this request, or null if none is left that was not tried; [#whyNone] says why. One that requests are held back
    /// from counts as tried.
    ///
    /// @param stuck where the client's cookie leads, if anywhere
    @Nullable Endpoint pick(long key, @Nullable Endpoint stuck, Tried tried) {
        heldBack = false;
        for (int passedOver = 0; passedOver < MOST_PASSED_OVER; passedOver++) {
            Endpoint picked =
                    stuck != null && !tried.contains(stuck) && service.holds(stuck)
                            ? stuck
                            : balancer.pick(key, tried, loop.now());
            if (picked == null) {
                return null;
            }
            if (!throttle.holdsBack(picked, loop.now())) {
                if (picked.state().standing() == Standing.RETURNING) {
                    watch.tries(service, picked, loop.now());
                }
                return picked;
            }
            heldBack = true;
            restraint.count(picked, throttle, loop.now());
            tried.add(picked);
        }
        return null;
    }

    /// Why the last [#pick] gave none.
    Failure whyNone() {
        return heldBack ? Failure.THROTTLED : Failure.NO_ENDPOINT;
    }

    /// Whether an endpoint that was picked before still belongs to the service.
    boolean holds(Endpoint endpoint) {
        return service.holds(endpoint);
    }

    /// Tells everybody who learns from attempts how one went. Of an endpoint that has left nobody learns.
    void learn(Attempt attempt) {
        if (!service.holds(attempt.endpoint())) {
            return;
        }
        balancer.learn(attempt);
        throttle.learn(attempt);
        watch.learn(service, attempt);
    }

    /// An attempt is over that has begun at one of the endpoints: gives its place there back.
    void over(Attempt attempt) {
        traffic.ended(attempt);
        attempt.end();
    }

    /// What is counted of the service here.
    ServiceTraffic traffic() {
        return traffic;
    }

    /// Connections that wait for a request.
    public int idleConnections() {
        int idle = 0;
        for (Carriers here : carriers) {
            idle += here == null ? 0 : here.idle();
        }
        return idle;
    }

    /// How many requests may be repeated.
    RetryBudget retries() {
        return retries;
    }

    /// How many requests may have a second attempt beside the first.
    RetryBudget hedges() {
        return hedges;
    }

    /// How long answers took of late, if somebody has asked for it.
    Latencies latencies() {
        return latencies;
    }

    void measureLatencies() {
        measuresLatencies = true;
    }

    void answeredAfter(long nanos) {
        if (measuresLatencies) {
            latencies.add(nanos);
        }
    }

    /// What `Retry-After` says when no endpoint is usable.
    int retryAfterSeconds() {
        return heldBack ? 1 : (int) watch.nextCheck(service).toSeconds() + 1;
    }

    Carriers carriers(Endpoint endpoint) {
        Carriers here = carriers[endpoint.position()];
        if (here == null) {
            throw new IllegalStateException("no such endpoint");
        }
        return here;
    }

    /// Closes the idle connections to one endpoint, and the others when their requests are over. Does nothing if it has left.
    public void closeIdle(Endpoint endpoint) {
        Carriers here = service.holds(endpoint) ? carriers[endpoint.position()] : null;
        if (here != null) {
            carriers[endpoint.position()] = to(endpoint);
            here.close();
        }
    }

    /// Begins to connect for a tunnel: a [ChannelEnd] will stand in the channel's pipeline, and is not read yet.
    ///
    /// @param ends of the client's connection that it is for
    ChannelFuture open(Endpoint endpoint, Ends ends) {
        return dialer.open(endpoint, ends);
    }

    /// Whose fault it is that a connect failed.
    static Failure whyNotConnected(Throwable cause) {
        if (cause instanceof HandshakeFailed handshake) {
            return handshake.why();
        }
        if (cause instanceof ConnectTimeoutException) {
            return Failure.CONNECT_TIMEOUT;
        }
        return Transport.lacking(cause) == null ? Failure.CONNECT_REFUSED : Failure.NO_SOCKET;
    }

    /// Closes the idle connections.
    public void close() {
        for (Carriers here : carriers) {
            if (here != null) {
                here.close();
            }
        }
    }
}
