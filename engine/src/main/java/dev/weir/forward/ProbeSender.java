package dev.weir.forward;

import dev.weir.balance.Balance;
import dev.weir.balance.Prober;
import dev.weir.http.RequestHead;
import dev.weir.runtime.Loop;
import dev.weir.schema.DurationText;
import dev.weir.service.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Asks the endpoints of one service for their load, from one event loop: `GET PATH` on the connections that requests use too. At most
/// one probe is under way to an endpoint, and [#MOST] to all.
///
/// Probes are sent after everything that is to be done at the moment, so that no request waits for one; they take no place of the
/// service, and nothing that watches endpoints hears of them. One that has no answer in time is given up with its connection.
/// Confined to that loop.
final class ProbeSender implements Prober {
    /// Twice what a pool of answers holds.
    static final int MOST = 32;

    private final ServiceOnLoop service;
    private final Loop loop;
    private final RequestHead request = new RequestHead();
    private final long timeoutNanos;
    private final String tooLate;
    private final boolean[] underWay;
    private final Deque<ProbeStream> ready = new ArrayDeque<>();
    private final List<ProbeStream> unsent = new ArrayList<>();
    private final Runnable sending = this::send;
    private int count;

    ProbeSender(Loop loop, ServiceOnLoop service, Balance.Probed config, int endpoints) {
        this.loop = loop;
        this.service = service;
        request.start(config.probe());
        request.headers().add("User-Agent", "weir-probe");
        this.timeoutNanos = config.timeout().toNanos();
        this.tooLate = "no answer within " + DurationText.print(config.timeout());
        this.underWay = new boolean[endpoints];
    }

    @Override
    public boolean ask(Endpoint endpoint, Answers answers, long nowNanos) {
        if (count >= MOST || underWay[endpoint.position()]) {
            return false;
        }
        underWay[endpoint.position()] = true;
        count++;
        ProbeStream probe = ready.isEmpty() ? new ProbeStream(this, loop) : ready.removeLast();
        probe.to(endpoint, answers);
        unsent.add(probe);
        if (unsent.size() == 1) {
            loop.executor().execute(sending);
        }
        return true;
    }

    private void send() {
        for (int i = 0; i < unsent.size(); i++) {
            unsent.get(i).begin(service, loop.now() + timeoutNanos);
        }
        unsent.clear();
    }

    /// What is sent to an endpoint. It names no host, so that each is asked by its own name.
    RequestHead request() {
        return request;
    }

    /// Why an endpoint counts as not having answered in time.
    String tooLate() {
        return tooLate;
    }

    /// A probe to this endpoint is over.
    void over(Endpoint endpoint) {
        underWay[endpoint.position()] = false;
        count--;
    }

    /// This probe can be sent again.
    void again(ProbeStream probe) {
        ready.addLast(probe);
    }
}
