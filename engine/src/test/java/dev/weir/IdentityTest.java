package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Request;
import dev.weir.testkit.ScriptedEndpoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What endpoints hear of the client, and whom Weir believes.
class IdentityTest {
    private static Request through(String settings, String... headerLines) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.echo());
                var gate = Gate.open(settings + Gate.to(endpoint.address()))) {
            assertThat(gate.get("/", headerLines).status()).isEqualTo(200);
            return endpoint.awaitRequests(1).getFirst();
        }
    }

    @Test
    void saysForwardedInsteadWhenAsked() throws Exception {
        Request request = through("forwarded-headers: forwarded\n", "Forwarded: for=203.0.113.9");
        assertThat(request.values("Forwarded"))
                .containsExactly("for=127.0.0.1;host=\"weir.test\";proto=http");
        assertThat(request.values("X-Forwarded-For")).isEmpty();
    }

    @Test
    void saysBothOrNeither() throws Exception {
        Request both = through("forwarded-headers: both\n");
        assertThat(both.values("Forwarded")).hasSize(1);
        assertThat(both.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        Request neither = through("forwarded-headers: none\n", "X-Forwarded-For: 203.0.113.9");
        assertThat(neither.values("Forwarded")).isEmpty();
        assertThat(neither.values("X-Forwarded-For")).isEmpty();
        assertThat(neither.header("Via")).isEqualTo("1.1 weir");
    }

    @Test
    void believesNobodyElseAboutAnyForwardedField() throws Exception {
        String[] claims = {
            "X-Forwarded-Prefix: /admin", "x-forwarded-ssl: on", "X-Forwarded-Server: b"
        };
        assertThat(through("", claims).headers())
                .noneMatch(line -> line.name().matches("(?i)x-forwarded-(prefix|ssl|server)"));
        assertThat(through("trusted-proxies: [127.0.0.1]\n", claims).header("X-Forwarded-Prefix"))
                .isEqualTo("/admin");
    }

    @Test
    void extendsWhatATrustedProxySays() throws Exception {
        String trusting = "trusted-proxies: [127.0.0.1]\nforwarded-headers: both\n";
        Request request =
                through(
                        trusting,
                        "X-Forwarded-For: 203.0.113.9, 198.51.100.1",
                        "X-Forwarded-Host: shop.example.com",
                        "Forwarded: for=203.0.113.9",
                        "Via: 1.0 older");
        assertThat(request.values("X-Forwarded-For"))
                .containsExactly("203.0.113.9, 198.51.100.1, 127.0.0.1");
        assertThat(request.values("X-Forwarded-Host")).containsExactly("shop.example.com");
        assertThat(request.header("Forwarded")).startsWith("for=203.0.113.9, for=127.0.0.1;");
        assertThat(request.values("Via")).isEqualTo(List.of("1.0 older", "1.1 weir"));
    }

    /// The route refuses 203.0.113.9, so the status tells whom Weir takes for the client.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | X-Forwarded-For: 203.0.113.9 | 192.0.2.0/24",
                "403 | X-Forwarded-For: 203.0.113.9 | 127.0.0.0/8",
                "403 | X-Forwarded-For: 203.0.113.9:4711 | 127.0.0.0/8",
                "403 | X-Forwarded-For: 203.0.113.9, 127.0.0.2 | 127.0.0.0/8",
                "200 | X-Forwarded-For: 203.0.113.9, 198.51.100.1 | 127.0.0.0/8",
                "200 | X-Forwarded-For: 203.0.113.9, unknown | 127.0.0.0/8",
                "403 | Forwarded: for=203.0.113.9;proto=https | 127.0.0.0/8",
                "403 | Forwarded: for=\"203.0.113.9:80\", for=127.0.0.9 | 127.0.0.0/8",
                "200 | Forwarded: for=_hidden | 127.0.0.0/8",
            })
    void walksTheChainFromTheRightToTheFirstThatIsNotTrusted(
            int status, String line, String trusted) throws Exception {
        try (var endpoint = ScriptedEndpoint.start(Behaviours.ok("a"));
                var gate =
                        Gate.open(
                                """
                                trusted-proxies: ["%s"]
                                routes: [{ filters: [{ ip-deny: [203.0.113.9] }], to: all }]
                                services: { all: { endpoints: [%s] } }
                                """
                                        .formatted(trusted, endpoint.address()))) {
            assertThat(gate.get("/", line).status()).isEqualTo(status);
        }
    }

    /// The client hides behind so many trusted proxies; the route refuses it where the chain is followed to its end.
    @ParameterizedTest
    @CsvSource({"20, 403", "31, 403", "32, 200", "400, 200"})
    void followsALongChainOfProxiesNoFurtherThanItMust(int proxies, int status) throws Exception {
        String chain = "X-Forwarded-For: 203.0.113.9" + ", 127.0.0.1".repeat(proxies);
        walksTheChainFromTheRightToTheFirstThatIsNotTrusted(status, chain, "127.0.0.0/8");
    }
}
