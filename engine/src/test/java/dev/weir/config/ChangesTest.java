package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirConfig;
import dev.weir.config.Changes.Change;
import dev.weir.config.Changes.Noun;
import dev.weir.config.Changes.What;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangesTest {
    private static final String BEFORE =
            """
            weir: 1
            listeners: { web: 8080 }
            routes:
              - name: orders
                match: { path: /orders/** }
                filters:
                  - jwt: { secret: 0123456789abcdef0123456789abcdef, audience: orders }
                  - rate-limit: { key: client.ip, rate: 5/s, burst: 10 }
                  - headers: { request: { set: { Authorization: Basic-xyz, X-Tier: gold } } }
                timeout: 5s
                to: orders
              - name: old
                match: { path: /old }
                redirect: { to: /orders }
              - match: { path: /pages/** }
                to: pages
            services:
              orders:
                endpoints: [10.0.0.11:8080, { address: 10.0.0.12:8080, weight: 2 }]
                health: { path: /healthz, every: 2s }
              pages: { endpoints: [10.0.1.1:80] }
            """;

    private static WeirConfig read(String yaml) {
        return EffectiveConfigTest.loaded(
                        ConfigFile.read("weir.yaml", yaml, Path.of("."), name -> null))
                .config();
    }

    /// What changes when each of some texts in the file becomes the one behind it.
    private static Changes after(String... edits) {
        String after = BEFORE;
        for (int i = 0; i < edits.length; i += 2) {
            assertThat(after).contains(edits[i]);
            after = after.replace(edits[i], edits[i + 1]);
        }
        return Changes.between(read(BEFORE), read(after));
    }

    private static List<String> sentences(Changes changes) {
        return changes.list().stream().map(Change::sentence).toList();
    }

    @Test
    void saysThatNothingChangedWhereOnlyTheWritingDid() {
        Changes changes = after("[10.0.1.1:80]", "[{ address: 10.0.1.1:80, weight: 1 }]");

        assertThat(changes.none()).isTrue();
        assertThat(changes.summary()).isEqualTo("nothing changed");
    }

    @Test
    void namesTheSettingAndBothValues() {
        Changes changes = after("timeout: 5s", "timeout: 3s", "every: 2s", "every: 5s");

        assertThat(sentences(changes))
                .containsExactly(
                        "route orders: timeout › first-byte is 3s, was 5s",
                        "service orders: health › every is 5s, was 2s");
        assertThat(changes.summary()).isEqualTo("route orders changed, service orders changed");
        assertThat(changes.list())
                .extracting(Change::path)
                .containsExactly(
                        "routes \"orders\" › timeout › first-byte",
                        "services \"orders\" › health › every");
    }

    @Test
    void tellsOfEndpointsThatJoinLeaveAndCountMore() {
        Changes changes =
                after(
                        "[10.0.0.11:8080, { address: 10.0.0.12:8080, weight: 2 }]",
                        "[{ address: 10.0.0.12:8080, weight: 3 }, 10.0.0.13:8080]");

        assertThat(changes.list())
                .containsExactly(
                        new Change(
                                Noun.ENDPOINT,
                                What.CHANGED,
                                "10.0.0.12:8080",
                                "orders",
                                "services \"orders\" › endpoints[0] › weight",
                                "service orders: endpoint 10.0.0.12:8080: weight is 3, was 2"),
                        new Change(
                                Noun.ENDPOINT,
                                What.ADDED,
                                "10.0.0.13:8080",
                                "orders",
                                "services \"orders\" › endpoints[1]",
                                "service orders: endpoint 10.0.0.13:8080 added"),
                        new Change(
                                Noun.ENDPOINT,
                                What.REMOVED,
                                "10.0.0.11:8080",
                                "orders",
                                "services \"orders\" › endpoints[0]",
                                "service orders: endpoint 10.0.0.11:8080 removed"));
        assertThat(changes.summary())
                .isEqualTo(
                        "1 endpoint joined orders, 1 endpoint of orders changed, 1 endpoint left"
                                + " orders");
    }

    @Test
    void tellsOfWholeListenersRoutesAndServices() {
        Changes changes =
                after(
                        "{ web: 8080 }",
                        "{ web: 8080, more: 8081 }",
                        "name: old\n    match: { path: /old }",
                        "name: newer\n    match: { path: /newer }",
                        "  pages: { endpoints: [10.0.1.1:80] }",
                        "  sheets: { endpoints: [10.0.1.1:80] }",
                        "to: pages",
                        "to: { sheets: 95, orders: 5 }");

        assertThat(sentences(changes))
                .containsExactly(
                        "listener more added: { listen: \":8081\" }",
                        "route newer added: { name: newer, match: { path: /newer }, redirect: { to:"
                                + " /orders } }",
                        "route route-3: to is { orders: 5, sheets: 95 }, was pages",
                        "route old removed",
                        "service sheets added: { endpoints: [{ address: 10.0.1.1:80 }] }",
                        "service pages removed");
        assertThat(changes.summary())
                .isEqualTo(
                        "listener more added, route newer added, route route-3 changed, route old"
                                + " removed, service sheets added, service pages removed");
    }

    @Test
    void countsWhatIsNotAlone() {
        Changes changes = after("timeout: 5s", "timeout: 3s", "to: /orders", "to: /elsewhere");

        assertThat(changes.summary()).isEqualTo("2 routes changed");
    }

    @Test
    void tellsOfTheStepsOfARoute() {
        Changes changes =
                after(
                        "rate: 5/s",
                        "rate: 50/s",
                        "      - headers: { request: { set: { Authorization: Basic-xyz, X-Tier:"
                                + " gold } } }\n",
                        "      - request-id: {}\n");

        assertThat(sentences(changes))
                .containsExactly(
                        "route orders: filter rate-limit › rate is 50/s, was 5/s",
                        "route orders: filter request-id added: {}",
                        "route orders: filter headers removed");
        assertThat(changes.list().getFirst().path())
                .isEqualTo("routes \"orders\" › filters[1] › rate-limit › rate");
    }

    @Test
    void doesNotSayACollectorsKeys() {
        String otlp = "logs: { otlp: { url: https://otlp.internal, headers: { Api-Key: %s } } }\n";
        Changes changed =
                Changes.between(
                        read(BEFORE + otlp.formatted("one-key")),
                        read(BEFORE + otlp.formatted("other-key")));
        Changes added = Changes.between(read(BEFORE), read(BEFORE + otlp.formatted("one-key")));

        assertThat(sentences(changed)).containsExactly("logs: otlp › headers changed (hidden)");
        assertThat(String.join("\n", sentences(added)))
                .contains("Api-Key: (hidden)")
                .doesNotContain("one-key");
    }

    @Test
    void doesNotSaySecretsNorCredentials() {
        Changes changes =
                after(
                        "0123456789abcdef0123456789abcdef",
                        "fedcba9876543210fedcba9876543210",
                        "Basic-xyz",
                        "Basic-abc",
                        "gold",
                        "silver");
        Changes route = after("name: orders", "name: commands");

        assertThat(sentences(changes))
                .containsExactly(
                        "route orders: filter jwt › secret changed (hidden)",
                        "route orders: filter headers › request › set › Authorization changed"
                                + " (hidden)",
                        "route orders: filter headers › request › set › X-Tier is silver, was"
                                + " gold");
        assertThat(String.join("\n", sentences(route)))
                .contains("(hidden)")
                .doesNotContain("0123456789", "Basic-xyz");
    }

    @Test
    void doesNotSayCredentialsThatAppearOrGo() {
        Changes gone = after("Authorization: Basic-xyz, ", "");

        assertThat(sentences(gone))
                .containsExactly(
                        "route orders: filter headers › request › set › Authorization removed");
    }

    @Test
    void tellsOfAnotherOrderOfRoutes() {
        String last = "  - match: { path: /pages/** }\n    to: pages\n";
        Changes changes = after(last, "", "routes:\n", "routes:\n" + last);

        assertThat(sentences(changes))
                .containsExactly(
                        "order of routes changed, which counts where two match equally well");
        assertThat(changes.summary()).isEqualTo("order of routes changed");
    }

    @Test
    void tellsOfSettingsThatBelongToNobody() {
        Changes changes =
                after(
                        "listeners:",
                        "drain: { timeout: 5s }\nlimits: { header-count: 50 }\nlisteners:");

        assertThat(sentences(changes))
                .containsExactly(
                        "limits: header-count is 50, was 100", "drain: timeout is 5s, was 20s");
        assertThat(changes.summary()).isEqualTo("limits and drain changed");
    }

    @Test
    void tellsOfWhatAppearsAndDisappearsInside() {
        Changes changes =
                after(
                        "health: { path: /healthz, every: 2s }",
                        "sticky: { cookie: seat }",
                        "to: /orders",
                        "to: /orders, status: 301");

        assertThat(sentences(changes))
                .containsExactly(
                        "route old: redirect › status is 301, was 302",
                        "service orders: sticky added: { cookie: seat }",
                        "service orders: health removed, was { path: /healthz, every: 2s }");
    }

    @Test
    void everySettingThatDiffersIsFound() {
        WeirConfig everything = EffectiveConfigTest.everything().config();

        Changes gone = Changes.between(everything, WeirConfig.DEFAULTS);
        Changes there = Changes.between(WeirConfig.DEFAULTS, everything);

        assertThat(Changes.between(everything, everything).none()).isTrue();
        assertThat(gone.list()).hasSameSizeAs(there.list());
        assertThat(there.list())
                .extracting(Change::name)
                .containsAll(everything.listeners().keySet())
                .containsAll(everything.services().keySet())
                .contains("zone", "trusted-proxies", "limits", "logs", "drain", "tests");
    }
}
