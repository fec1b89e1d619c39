package dev.weir.forward;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.retry.RetryConfig;
import dev.weir.retry.RetryRules;
import dev.weir.runtime.Loop;
import dev.weir.service.Attempt;
import dev.weir.service.Attempt.Outcome;
import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import dev.weir.tunnel.ChannelEnd;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/// Finds an endpoint for a connection that is passed on as it is, and connects: asks balancing, and tries another endpoint where one
/// does not take the connection, as nothing has been sent yet. The endpoint counts the connection as a request in flight until [#over].
///
/// Who learns from attempts takes a connection that stands for a good answer, whose latency is the time to connect; one that breaks without
/// a byte from the endpoint is a broken answer. For one connection; confined to its event loop.
public final class Dial {
    /// Who wants the connection; hears one of these, possibly before [#start] returns.
    public interface Guest {
        /// It stands. Not read yet.
        void connected(ChannelEnd endpoint);

        /// No endpoint took it.
        void failed(Failure why);
    }

    private static final RetryRules RULES = new RetryRules(RetryConfig.DEFAULTS);

    private final Loop loop;
    private final ServiceOnLoop service;
    private final Exchange exchange;
    private final Guest guest;
    private final Attempt attempt = new Attempt();
    private final Tried tried = new Tried();
    private final long key;
    private @Nullable ChannelFuture connecting;
    private int unsent;
    private boolean open;

    /// @param exchange keeps the record; who the client is stands in it
    public Dial(Loop loop, ServiceOnLoop service, Exchange exchange, Guest guest) {
        this.loop = loop;
        this.service = service;
        this.exchange = exchange;
        this.guest = guest;
        this.key = service.key(exchange);
    }

    public void start() {
        Endpoint picked = service.pick(key, null, tried);
        if (picked == null) {
            guest.failed(service.whyNone());
        } else {
            attempt(picked);
        }
    }

    private void attempt(Endpoint endpoint) {
        tried.add(endpoint);
        Exchange.Record record = exchange.record;
        record.endpoint = endpoint.name();
        record.attempts++;
        record.pickedNanos = loop.now();
        attempt.begin(endpoint, loop.now());
        open = true;
        ChannelFuture opening = connecting = service.open(endpoint, exchange.ends());
        if (opening.cause() != null && !opening.channel().isRegistered()) {
            // There was no descriptor for a socket: Netty would tell on a thread of its own.
            Throwable cause = opening.cause();
            loop.executor().execute(() -> failed(opening, cause));
            return;
        }
        var _ =
                opening.addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        connected(done);
                                    } else {
                                        failed(done, done.cause());
                                    }
                                });
    }

    private void connected(ChannelFuture opened) {
        if (connecting != opened) {
            opened.channel().close();
            return;
        }
        loop.arrived();
        connecting = null;
        exchange.record.connectedNanos = loop.now();
        attempt.answered(0, loop.now());
        service.learn(attempt);
        guest.connected(opened.channel().pipeline().get(ChannelEnd.class));
    }

    private void failed(ChannelFuture opening, Throwable cause) {
        if (connecting != opening) {
            return;
        }
        loop.arrived();
        connecting = null;
        Failure why = ServiceOnLoop.whyNotConnected(cause);
        learn(why == Failure.NO_SOCKET ? Outcome.LACKED : Outcome.CONNECT_FAILED);
        unsent++;
        boolean again = RULES.repeats(attempt, true, 0, unsent);
        leave();
        Endpoint other = again ? service.pick(key, null, tried) : null;
        if (other == null) {
            guest.failed(why);
        } else {
            exchange.record.failedAttempt(
                    attempt.endpoint().name(), why.reason(), attempt.beganNanos(), loop.now());
            attempt(other);
        }
    }

    /// The connection is over, or nobody wants it any more.
    ///
    /// @param useless whether the endpoint broke it off before it had sent anything
    public void over(boolean useless) {
        ChannelFuture opening = connecting;
        if (opening != null) {
            connecting = null;
            opening.channel().close();
            learn(Outcome.CANCELLED);
        } else if (open && useless) {
            learn(Outcome.CUT);
        }
        leave();
    }

    private void learn(Outcome outcome) {
        attempt.judged(outcome, loop.now());
        service.learn(attempt);
    }

    private void leave() {
        if (open) {
            open = false;
            service.over(attempt);
        }
    }
}
