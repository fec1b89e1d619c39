package dev.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.soak.Outcome.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Client and endpoint of the soak against each other, without Weir in between: they must not see faults where none are.
class EndpointServerTest {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private EndpointServer endpoint;
    private Caller caller;

    @BeforeEach
    void start() throws IOException {
        endpoint =
                EndpointServer.start(
                        "one",
                        0,
                        new EndpointLog() {
                            @Override
                            public void received(String at, String id, String method, long nanos) {
                                log.add(at + " got " + method + " " + id);
                            }

                            @Override
                            public void read(
                                    String at, String id, long length, String hash, boolean whole) {
                                log.add(id + (whole ? " whole " + length + " " + hash : " cut"));
                            }

                            @Override
                            public void checked(String at, boolean good, long nanos) {
                                log.add("checked");
                            }
                        });
        InetAddress loopback = InetAddress.getLoopbackAddress();
        caller = new Caller(new InetSocketAddress(loopback, endpoint.port()), loopback, 100_000);
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        endpoint.close();
    }

    private static Ask post(String id, boolean chunked, long answer) {
        return new Ask(id, Ask.Way.PLAIN, "POST", "/work/x", 100_000, chunked, answer, chunked, 0);
    }

    @Test
    void carriesBodiesBothWaysInBothFramings() {
        for (boolean chunked : new boolean[] {false, true}) {
            Ask ask = post("p" + chunked, chunked, 70_000);
            Outcome outcome = caller.ask(ask);
            assertThat(outcome.good(ask)).isTrue();
            assertThat(outcome.answer().length()).isEqualTo(70_000);
            assertThat(outcome.answer().sha256())
                    .isEqualTo(outcome.answer().saidSha256())
                    .isEqualTo(new Body(ask.id(), 70_000).sha256());
            assertThat(log).contains(ask.id() + " whole 100000 " + ask.content().sha256());
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() {
        List<Ask> asks =
                List.of(
                        Ask.get("a", Ask.Way.PIPELINED, "/work/a", 10),
                        Ask.get("b", Ask.Way.PIPELINED, "/work/b", 20));
        assertThat(caller.askAll(asks))
                .extracting(outcome -> outcome.answer().id())
                .containsExactly("a", "b");
    }

    @Test
    void resetsWhereItIsToldTo() {
        Ask ask = Ask.get("r", Ask.Way.PLAIN, "/work/r", 1000);
        endpoint.conduct(Conduct.RESET_ON_ACCEPT);
        // The reset may come while the client still sets up its connection.
        assertThat(caller.ask(ask).kind()).isIn(Kind.LOST, Kind.UNCONNECTED);
        endpoint.conduct(Conduct.RESET_ON_REUSE);
        assertThat(caller.ask(ask).kind()).isEqualTo(Kind.WHOLE);
        assertThat(caller.ask(ask).kind()).isEqualTo(Kind.LOST);
        endpoint.conduct(Conduct.HALF_OPEN);
        assertThat(caller.ask(ask).kind()).isEqualTo(Kind.CUT);
    }

    @Test
    void cutsSomeAnswersInTheMiddle() {
        endpoint.conduct(Conduct.CUT);
        List<Kind> kinds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Ask ask = Ask.get("c" + i, Ask.Way.PLAIN, "/work/c", 50_000);
            kinds.add(caller.ask(ask).kind());
        }
        assertThat(kinds).contains(Kind.WHOLE, Kind.CUT);
    }

    @Test
    void sendsTheSameBytesForTheSameIdOnly() {
        assertThat(new Body("a", 20_000).sha256())
                .isEqualTo(new Body("a", 20_000).sha256())
                .isNotEqualTo(new Body("b", 20_000).sha256())
                .isNotEqualTo(new Body("a", 19_999).sha256());
    }
}
