package dev.weir.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.weir.DryRun;
import dev.weir.InvalidConfiguration;
import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.explain.Explanation.Deed;
import dev.weir.explain.Explanation.Fate;
import dev.weir.filter.FieldChange;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainedRoutesTest {
    private static final String YAML =
            """
            weir: 1
            listeners:
              web: 8080
              inside: 9090
            trusted-proxies: [10.0.0.0/8]
            routes:
              - name: writes
                match: { host: shop.example.com, path: /api/**, methods: [POST] }
                to: orders
              - name: canary
                match:
                  host: shop.example.com
                  path: /api/**
                  headers:
                    X-Canary: "1"
                to: pages
              - name: orders
                match: { host: shop.example.com, path: /api/** }
                filters:
                  - ip-deny: 192.0.2.66
                  - headers: { request: { set: { X-A: new, Authorization: secret }, remove: [X-B] } }
                  - rate-limit: { rate: 10/s, burst: 20 }
                timeout: 5s
                strip-prefix: /api
                to: { orders: 3, pages: 1 }
              - match: { host: shop.example.com }
                respond: { status: 418 }
            services:
              orders:
                endpoints: [10.0.0.11:8080, { address: 10.0.0.12:8080, weight: 3 }]
                connections: { connect-timeout: 1s }
              pages: { balance: first, endpoints: [nowhere.example.com:8080, 10.0.0.22:8080] }
            """;

    private static Explanation explain(Question question) {
        Reading reading = ConfigFile.read("weir.yaml", YAML, Path.of("."), _ -> null);
        assertThat(reading).isInstanceOf(Reading.Loaded.class);
        try (DryRun dry = DryRun.of((Reading.Loaded) reading)) {
            return dry.explain(question);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    private static Explanation explain(String method, String url, String... fields) {
        return explain(Question.of(method, url, List.of(fields)));
    }

    @Test
    void saysOfEachRouteWhyItWasNotTakenAndWhereThatStands() {
        Explanation told = explain("GET", "http://shop.example.com:8080/api/orders/7");

        assertThat(told.routes())
                .extracting(Explanation.Route::name, Explanation.Route::at, Explanation.Route::fate)
                .containsExactly(
                        tuple("writes", "weir.yaml:7", Fate.REFUSED),
                        tuple("canary", "weir.yaml:10", Fate.REFUSED),
                        tuple("orders", "weir.yaml:17", Fate.TAKEN),
                        tuple("route-4", "weir.yaml:26", Fate.LATER));
        assertThat(told.routes().get(0).why()).isEqualTo("the method is GET, not POST");
        assertThat(told.routes().get(0).whyAt()).isEqualTo("weir.yaml:8");
        assertThat(told.routes().get(1).why()).isEqualTo("the header X-Canary is missing");
        assertThat(told.routes().get(1).whyAt()).isEqualTo("weir.yaml:15");
        assertThat(told.routes().get(3).why()).isEqualTo("it has a path, and this one none");
    }

    @Test
    void showsWhatEachFilterDoesAndNoSecret() {
        Explanation told = explain("GET", "http://shop.example.com:8080/api/orders", "X-B: 2");

        assertThat(told.filters())
                .extracting(Explanation.Filter::name, Explanation.Filter::deed)
                .containsExactly(
                        tuple("ip-deny", Deed.PASSES),
                        tuple("headers", Deed.PASSES),
                        tuple("rate-limit", Deed.PASSES));
        assertThat(told.filters().get(1).changes())
                .containsExactlyInAnyOrder(
                        new FieldChange("X-B", "2", ""),
                        new FieldChange("X-A", "", "new"),
                        new FieldChange("Authorization", "", FieldChange.HIDDEN));
        assertThat(told.filters().get(2).says().getFirst())
                .isEqualTo(
                        "20 of 20 left for this key (client.ip 127.0.0.1), one back every 100ms");
        assertThat(ExplanationJson.print(told)).doesNotContain("secret");
    }

    @Test
    void showsTheFilterThatAnswersAndThoseThatAreNotAsked() throws Exception {
        Explanation told =
                explain(
                        Question.of("GET", "http://shop.example.com:8080/api/x", List.of())
                                .from(InetAddress.ofLiteral("192.0.2.66")));

        assertThat(told.filters())
                .extracting(Explanation.Filter::deed)
                .containsExactly(Deed.ANSWERS, Deed.UNASKED, Deed.UNASKED);
        assertThat(told.outcome().status()).isEqualTo(403);
        assertThat(told.outcome().by()).isEqualTo("filter ip-deny");
        assertThat(told.services()).isEmpty();
    }

    @Test
    void showsWhereItGoesWithSharesAndChances() {
        Explanation told = explain("GET", "http://shop.example.com:8080/api/orders/7?token=x&a=b");

        assertThat(told.outcome().path()).isEqualTo("/orders/7?token=***&a=b");
        assertThat(told.services())
                .extracting(Explanation.Target::service, Explanation.Target::share)
                .containsExactly(tuple("orders", 0.75), tuple("pages", 0.25));
        assertThat(told.services().get(0).endpoints())
                .extracting(Explanation.Instance::name, Explanation.Instance::chance)
                .containsExactly(tuple("10.0.0.11:8080", 0.25), tuple("10.0.0.12:8080", 0.75));
        assertThat(told.services().get(1).endpoints())
                .extracting(Explanation.Instance::chance)
                .containsExactly(1.0, 0.0);
    }

    @Test
    void saysOfEachSettingWhereItComesFrom() {
        Explanation told = explain("GET", "http://shop.example.com:8080/api/orders/7");
        assertThat(told.settings())
                .contains(
                        new Explanation.Setting("timeout › first-byte", "5s", "weir.yaml:23"),
                        new Explanation.Setting("timeout › idle", "5s", "weir.yaml:23"),
                        new Explanation.Setting("timeout › request", "none", "default"),
                        new Explanation.Setting("retry › attempts", "2", "default"),
                        new Explanation.Setting("orders › connect-timeout", "1s", "weir.yaml:31"),
                        new Explanation.Setting("pages › connect-timeout", "3s", "default"));
    }

    @Test
    void showsTheNearestRoutesWhereNoneFits() {
        Explanation told = explain("GET", "http://other.example.com:8080/api/orders/7");
        assertThat(told.outcome().status()).isEqualTo(404);
        assertThat(told.routes()).isEmpty();
        assertThat(told.passed().nearest())
                .hasSize(4)
                .allMatch(one -> one.why().startsWith("the host is other.example.com, not"));
        assertThat(told.passed().nearest().getFirst().whyAt()).isEqualTo("weir.yaml:8");
    }

    @Test
    void normalisesThePathAsRequestsAre() {
        Explanation told = explain("GET", "http://shop.example.com:8080//x/../%61pi/orders");
        assertThat(told.request().path()).isEqualTo("/api/orders");
        assertThat(told.request().asked()).isEqualTo("//x/../%61pi/orders");
        Explanation.Outcome climbs = explain("GET", "http://shop.example.com:8080/../x").outcome();
        assertThat(climbs.status()).isEqualTo(400);
        assertThat(climbs.says()).isEqualTo("the path climbs above the root");
    }

    @Test
    void believesOnlyTrustedProxiesAboutTheClient() throws Exception {
        Question from =
                Question.of(
                        "GET",
                        "http://shop.example.com:8080/x",
                        List.of("X-Forwarded-For: 203.0.113.9"));
        assertThat(explain(from).request().client()).isEqualTo("127.0.0.1");
        Explanation told = explain(from.from(InetAddress.ofLiteral("10.1.1.1")));
        assertThat(told.request().client()).isEqualTo("203.0.113.9");
        assertThat(told.request().trusted()).isTrue();
    }

    @Test
    void findsTheListenerByItsPort() {
        assertThat(explain("GET", "http://shop.example.com:9090/").request().listener())
                .isEqualTo("inside");
        assertThat(explain("GET", "http://shop.example.com/").request().listener())
                .isEqualTo("web");
        assertThat(explain("GET", "https://shop.example.com/").notes())
                .contains("No listener speaks TLS; taken as a request to web (in the clear).");
        assertThatThrownBy(() -> explain(Question.of("GET", "http://a.org/", List.of()).by("webb")))
                .hasMessage("no listener webb takes HTTP requests; there are [web, inside]");
    }

    @Test
    void refusesWhatIsNoRequest() {
        for (String url :
                List.of(
                        "shop.example.com",
                        "ftp://a.org/",
                        "http://",
                        "http://a b/",
                        "http://a/#b")) {
            assertThatThrownBy(() -> Question.of("GET", url, List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("\"" + url + "\" ")
                    .hasMessageContaining("expected: ");
        }
        assertThatThrownBy(() -> Question.of("G T", "http://a.org/", List.of()))
                .hasMessageContaining("is no method");
        assertThatThrownBy(() -> Question.of("GET", "http://a.org/", List.of("no colon")))
                .hasMessageContaining("is no header field");
        assertThatThrownBy(() -> Question.of("GET", "http://a.org/", List.of("A: b\r\nC: d")))
                .hasMessageContaining("is no header field");
    }

    @Test
    void isEightyColumnsWide() {
        String text =
                ExplanationText.render(
                        explain("GET", "http://shop.example.com:8080/api/orders/7", "X-B: 2"),
                        false);
        assertThat(text.lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 80);
        assertThat(text).contains("\n  ✓ orders", "In force").doesNotContain("\u001b");
        assertThat(ExplanationText.render(explain("GET", "http://shop.example.com:8080/api"), true))
                .contains("\u001b[32m");
    }
}
