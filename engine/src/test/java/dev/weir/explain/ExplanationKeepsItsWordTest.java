package dev.weir.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.DryRun;
import dev.weir.Weir;
import dev.weir.WeirOptions;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.RawResponse;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What is explained is what happens on sockets.
class ExplanationKeepsItsWordTest {
    private static final long SEED = 5_101_522;
    private static final int REQUESTS = 300;

    private static final String[] METHODS = {"GET", "POST", "DELETE", "OPTIONS", "TRACE"};
    private static final String[] HOSTS = {"shop.test", "a.shop.test", "other.test"};
    private static final String[] PATHS = {
        "/", "/api", "/api/orders/7", "/API", "/old/3", "/a/../api/x", "/..", "//api//y", "/api%2fx"
    };
    private static final String[] FIELDS = {
        "X-Canary: 1",
        "X-Canary: 2",
        "X-Remove: me",
        "Origin: https://page.test",
        "X-Forwarded-For: 192.0.2.66",
        "Content-Length: 30",
        "Access-Control-Request-Method: GET"
    };

    private final SplittableRandom random = new SplittableRandom(SEED);

    private static String yaml(String endpoint) {
        return """
        weir: 1
        listeners: { web: 0 }
        trusted-proxies: [127.0.0.1]
        routes:
          - match: { host: shop.test, path: /api/**, headers: { X-Canary: "1" } }
            strip-prefix: /api
            to: all
          - match: { host: shop.test, path: /api/**, methods: [GET, POST, OPTIONS] }
            filters:
              - ip-deny: 192.0.2.66
              - body-limit: 20B
              - cors: { origins: ["https://page.test"] }
              - headers: { request: { set: { X-Set: "1" }, remove: [X-Remove] } }
            to: all
          - match: { host: "*.shop.test", path: "/old/{id}" }
            redirect: "/new/{id}"
          - match: { host: "*.shop.test" }
            rewrite: { path: /one, host: inside.test }
            to: all
          - match: { path: / }
            respond: { status: 418, body: tea }
        services:
          all: { endpoints: ["%s"] }
        """
                .formatted(endpoint);
    }

    private String any(String[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    private Question question(int port) {
        List<String> fields = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String field = any(FIELDS);
            if (!fields.contains(field)) {
                fields.add(field);
            }
        }
        return Question.of(any(METHODS), "http://" + any(HOSTS) + ":" + port + any(PATHS), fields);
    }

    private static RawResponse send(int port, Question question) throws Exception {
        try (RawClient client = RawClient.connect(port)) {
            client.send(question.head());
            if (question.fields().stream().anyMatch(one -> one.name().equals("Content-Length"))) {
                client.send("x".repeat(30));
            }
            return client.readFinalResponse();
        }
    }

    @Test
    void whatIsExplainedIsWhatHappens() throws Exception {
        int sent = 0;
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.ok("a"))) {
            Reading.Loaded read =
                    (Reading.Loaded)
                            ConfigFile.read(
                                    "weir.yaml", yaml(endpoint.address()), Path.of("."), _ -> null);
            try (Weir weir = Weir.start(read, WeirOptions.DEFAULTS.withLoops(1));
                    DryRun dry = DryRun.of(read)) {
                for (int i = 0; i < REQUESTS; i++) {
                    Question question = question(weir.port("web"));
                    Explanation told = dry.explain(question);
                    RawResponse answer = send(weir.port("web"), question);
                    String which = "seed %d, %s".formatted(SEED, question);
                    if (told.outcome().answered()) {
                        assertThat(answer.status()).as(which).isEqualTo(told.outcome().status());
                    } else {
                        assertThat(answer.status()).as(which).isEqualTo(200);
                        asForetold(endpoint.awaitRequests(++sent).getLast(), told, which);
                    }
                    assertThat(endpoint.requestCount()).as(which).isEqualTo(sent);
                }
            }
        }
        assertThat(sent).isBetween(REQUESTS / 10, REQUESTS * 9 / 10);
    }

    private static void asForetold(Request got, Explanation told, String which) {
        assertThat(got.target()).as(which).isEqualTo(told.outcome().path());
        assertThat(got.header("Host")).as(which).isEqualTo(told.outcome().host());
        told.filters().stream()
                .flatMap(filter -> filter.changes().stream())
                .forEach(
                        change ->
                                assertThat(String.join(", ", got.values(change.name())))
                                        .as(which)
                                        .isEqualTo(change.after()));
    }
}
