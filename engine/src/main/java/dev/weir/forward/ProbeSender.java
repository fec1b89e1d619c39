package dev.weir.forward;

import dev.weir.balance.Balance;
import dev.weir.balance.Prober;
import dev.weir.runtime.Loop;
import dev.weir.schema.DurationText;
import dev.weir.service.Endpoint;
import java.nio.charset.StandardCharsets;
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

    private static final byte[] END = bytes("\r\nUser-Agent: weir-probe\r\n\r\n");

    private final ServiceOnLoop service;
    private final Loop loop;
    private final byte[] before;
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
        this.before = bytes("GET " + config.probe() + " HTTP/1.1\r\nHost: ");
        this.timeoutNanos = config.timeout().toNanos();
        this.tooLate = "no answer within " + DurationText.print(config.timeout());
        this.underWay = new boolean[endpoints];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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

    /// What is sent to an endpoint.
    byte[] message(Endpoint endpoint) {
        byte[] host = bytes(endpoint.name());
        byte[] message = new byte[before.length + host.length + END.length];
        System.arraycopy(before, 0, message, 0, before.length);
        System.arraycopy(host, 0, message, before.length, host.length);
        System.arraycopy(END, 0, message, before.length + host.length, END.length);
        return message;
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
