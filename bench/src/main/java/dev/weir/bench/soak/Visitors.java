package dev.weir.bench.soak;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Makes requests and writes down what was sent and what became of it; the one way to Weir for traffic and faults
/// alike. Thread-safe.
final class Visitors {
    /// Clients come from so many addresses 127.0.1.x, so that their ports never run out.
    private static final int ADDRESSES = 200;

    private final InetSocketAddress weir;
    private final History history;
    private final Ledger ledger;
    private final AtomicInteger number = new AtomicInteger();

    Visitors(InetSocketAddress weir, History history, Ledger ledger) {
        this.weir = weir;
        this.history = history;
        this.ledger = ledger;
    }

    /// A client at the next address.
    Caller caller(int bytesPerSecond) {
        int last = 1 + number.getAndIncrement() % ADDRESSES;
        try {
            byte[] address = {127, 0, 1, (byte) last};
            return new Caller(weir, InetAddress.getByAddress(address), bytesPerSecond);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /// A name that no other request of this run has.
    String id(String prefix) {
        return prefix + "-" + number.getAndIncrement();
    }

    /// Makes requests in one write, and waits for their ends.
    List<Outcome> visit(Caller caller, List<Ask> asks) {
        asks.forEach(ask -> history.sent(ask, ask.content().sha256()));
        List<Outcome> outcomes = caller.askAll(asks);
        for (int i = 0; i < asks.size(); i++) {
            Ask ask = asks.get(i);
            history.ended(ask, outcomes.get(i));
            ledger.ended(ask, outcomes.get(i), () -> history.story(ask.id()));
        }
        return outcomes;
    }

    /// Many clients at once, each with one request and a connection of its own; waits for all.
    List<Outcome> crowd(int size, int bytesPerSecond, IntFunction<Ask> asks)
            throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Ask ask = asks.apply(i);
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (Caller caller = caller(bytesPerSecond)) {
                                            Outcome seen = visit(caller, List.of(ask)).getFirst();
                                            synchronized (outcomes) {
                                                outcomes.add(seen);
                                            }
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return outcomes;
    }

    /// Something is not as it must be.
    void object(String what) {
        ledger.unexpected(what);
    }
}
