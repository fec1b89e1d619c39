package dev.weir.filter;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Reply;
import dev.weir.http.RequestHeads;
import dev.weir.http.ResponseHead;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.testkit.ManualClock;
import java.net.InetAddress;
import java.nio.file.Path;

/// Exchanges as a listener would hand them to filters.
public final class Exchanges {
    private Exchanges() {}

    /// A site whose clock stands still.
    public static FilterSite site() {
        return site(Path.of("."), new ManualClock());
    }

    public static FilterSite site(Path directory, ManualClock clock) {
        return site(directory, clock, _ -> {});
    }

    public static FilterSite site(Path directory, ManualClock clock, Events events) {
        return new FilterSite(
                "orders", directory, Clock.of(clock::nanos, clock::millis), 42, events);
    }

    /// @param fields names and values in turn
    public static Exchange get(String target, String... fields) {
        return of("GET", target, fields);
    }

    public static Exchange of(String method, String target, String... fields) {
        Exchange exchange = new Exchange();
        RequestHeads.fill(exchange.request(), method, target, fields);
        exchange.id("made-by-weir");
        exchange.record.route = "orders";
        return from(exchange, "192.0.2.7");
    }

    public static Exchange from(Exchange exchange, String client) {
        InetAddress address = InetAddress.ofLiteral(client);
        exchange.cameFrom(address, address, "web", "http");
        return exchange;
    }

    /// The reply of a verdict that must be one.
    public static Reply reply(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Answer answer -> answer.reply();
            case Verdict.Pass _, Verdict.Wait _ ->
                    throw new AssertionError("not an answer: " + verdict);
        };
    }

    public static String field(Reply reply, String name) {
        return reply.fields().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + reply.fields()))
                .value();
    }

    /// The head of an answer, seen by the filter.
    public static ResponseHead answered(Filter filter, Exchange exchange, String... fields) {
        ResponseHead head = exchange.response();
        head.start(200, 0);
        for (int i = 0; i < fields.length; i += 2) {
            head.headers().add(fields[i], fields[i + 1]);
        }
        filter.onResponse(exchange, head);
        return head;
    }
}
