package dev.weir.filter.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Exchanges;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtFilterTest implements FilterContract {
    private final ManualClock clock = new ManualClock();

    @Override
    public FilterConfig config() {
        return JwtConfigs.secret(Tokens.SECRET)
                .require(Map.of("scope", "read"))
                .forward(Map.of("X-User", "sub"))
                .config();
    }

    @Test
    void asksForATokenWhereThereIsNone() {
        Reply reply = Exchanges.reply(build(plain()).onRequest(Exchanges.get("/")));

        assertThat(reply.failure()).isEqualTo(Failure.UNAUTHENTICATED);
        assertThat(Exchanges.field(reply, "WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(refusal(build(plain()), Exchanges.get("/", "Authorization", "Basic YTpi")))
                .isEqualTo("401 Bearer");
    }

    @Test
    void passesAGoodTokenAndKnowsTheCaller() {
        Exchange exchange = bearer(Tokens.of(Map.of("sub", "ada", "n", 7)));

        assertThat(build(plain()).onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.identity().claims()).isEqualTo(Map.of("sub", "ada", "n", 7L));
    }

    @Test
    void doesNotCareHowTheSchemeIsSpelled() {
        Filter filter = build(plain());
        String token = Tokens.of(Map.of());

        assertThat(filter.onRequest(Exchanges.get("/", "Authorization", "bearer " + token)))
                .isEqualTo(Verdict.PASS);
        assertThat(filter.onRequest(Exchanges.get("/", "Authorization", "BEARER  " + token)))
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void readsTheTokenWhereItIsTold() {
        String token = Tokens.of(Map.of());

        assertThat(
                        build(plain().from("header.X-Token"))
                                .onRequest(Exchanges.get("/", "X-Token", token)))
                .isEqualTo(Verdict.PASS);
        assertThat(
                        build(plain().from("cookie.session"))
                                .onRequest(Exchanges.get("/", "Cookie", "a=b; session=" + token)))
                .isEqualTo(Verdict.PASS);
        assertThat(build(plain().from("query.token")).onRequest(Exchanges.get("/?token=" + token)))
                .isEqualTo(Verdict.PASS);
        assertThat(refusal(build(plain().from("cookie.session")), bearer(token)))
                .isEqualTo("401 Bearer");
    }

    @Test
    void refusesTwoTokensOfWhichAnEndpointMightReadTheOther() {
        String token = "Bearer " + Tokens.of(Map.of());

        assertThat(
                        refusal(
                                build(plain()),
                                Exchanges.get("/", "Authorization", token, "authorization", token)))
                .isEqualTo(invalid("The token is malformed."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "none",
                "eyJhbGciOiJIUzI1NiJ9.e30",
                "a.b.c",
                "..",
                "eyJhbGciOiJIUzI1NiJ9.e30.AAA="
            })
    void refusesWhatIsNoToken(String token) {
        assertThat(refusal(build(plain()), bearer(token)))
                .isEqualTo(invalid("The token is malformed."));
    }

    @Test
    void refusesATokenLongerThan8KiB() {
        String token = Tokens.of(Map.of("pad", "x".repeat(8 * 1024)));

        assertThat(refusal(build(plain()), bearer(token)))
                .isEqualTo(invalid("The token is longer than 8 KiB."));
    }

    @Test
    void refusesAForgedToken() {
        String token = Tokens.of(Map.of("sub", "ada"));
        String other = Tokens.of(Map.of("sub", "eve"));
        String forged =
                other.substring(0, other.lastIndexOf('.'))
                        + token.substring(token.lastIndexOf('.'));

        assertThat(refusal(build(plain()), bearer(forged)))
                .isEqualTo(invalid("The signature does not fit a key."));
    }

    @Test
    void refusesAClaimThatIsNoSetOfClaims() {
        String token = Tokens.of(Map.of("exp", "tomorrow"));

        assertThat(refusal(build(plain()), bearer(token)))
                .isEqualTo(invalid("The payload is not a set of claims."));
    }

    @Test
    void letsATokenExpireALeewayAfterItsTime() {
        Filter filter = build(plain());
        String token = Tokens.of(Map.of("exp", now() + 10));
        assertThat(filter.onRequest(bearer(token))).isEqualTo(Verdict.PASS);

        clock.advance(Duration.ofSeconds(69));
        assertThat(filter.onRequest(bearer(token))).isEqualTo(Verdict.PASS);
        clock.advance(Duration.ofSeconds(1));
        assertThat(refusal(filter, bearer(token))).isEqualTo(invalid("The token has expired."));
    }

    @Test
    void waitsForATokensBeginningLessALeeway() {
        Filter filter = build(plain());
        String token = Tokens.of(Map.of("nbf", now() + 61));
        assertThat(refusal(filter, bearer(token)))
                .isEqualTo(invalid("The token is not valid yet."));

        clock.advance(Duration.ofSeconds(1));
        assertThat(filter.onRequest(bearer(token))).isEqualTo(Verdict.PASS);
    }

    @Test
    void believesOneIssuerAndItsAudiences() {
        Filter filter = build(plain().issued("https://login", "orders", "users"));

        assertThat(
                        filter.onRequest(
                                bearer(Tokens.of(Map.of("iss", "https://login", "aud", "users")))))
                .isEqualTo(Verdict.PASS);
        assertThat(
                        filter.onRequest(
                                bearer(
                                        Tokens.of(
                                                Map.of(
                                                        "iss",
                                                        "https://login",
                                                        "aud",
                                                        List.of("x", "orders"))))))
                .isEqualTo(Verdict.PASS);
        assertThat(
                        refusal(
                                filter,
                                bearer(Tokens.of(Map.of("iss", "https://login/", "aud", "users")))))
                .isEqualTo(invalid("The token is from another issuer."));
        assertThat(refusal(filter, bearer(Tokens.of(Map.of("aud", "users")))))
                .isEqualTo(invalid("The token is from another issuer."));
        assertThat(
                        refusal(
                                filter,
                                bearer(
                                        Tokens.of(
                                                Map.of("iss", "https://login", "aud", "ordersx")))))
                .isEqualTo(invalid("The token is for another audience."));
        assertThat(refusal(filter, bearer(Tokens.of(Map.of("iss", "https://login")))))
                .isEqualTo(invalid("The token is for another audience."));
    }

    @Test
    void answers403WhereAClaimIsMissing() {
        Filter filter =
                build(
                        plain().require(
                                        Map.of(
                                                "scope",
                                                "orders:read",
                                                "team",
                                                "a",
                                                "level",
                                                "3",
                                                "staff",
                                                "true")));
        Map<String, Object> good =
                Map.of(
                        "scope",
                        "x orders:read y",
                        "team",
                        List.of("b", "a"),
                        "level",
                        3,
                        "staff",
                        true);
        assertThat(filter.onRequest(bearer(Tokens.of(good)))).isEqualTo(Verdict.PASS);

        for (Map.Entry<String, Object> wrong :
                Map.<String, Object>of(
                                "scope", "orders:reader", "team", "b", "level", 30, "staff", false)
                        .entrySet()) {
            Map<String, Object> claims = new java.util.HashMap<>(good);
            claims.put(wrong.getKey(), wrong.getValue());
            Exchange exchange = bearer(Tokens.of(claims));
            assertThat(refusal(filter, exchange))
                    .as(wrong.getKey())
                    .isEqualTo(
                            "403 Bearer error=\"insufficient_scope\", error_description=\"The token lacks a required claim.\"");
            assertThat(exchange.identity()).isNull();
        }
    }

    @Test
    void answers401ToAnExpiredTokenEvenIfAClaimIsMissing() {
        Filter filter = build(plain().require(Map.of("scope", "x")));

        assertThat(refusal(filter, bearer(Tokens.of(Map.of("exp", now() - 100)))))
                .isEqualTo(invalid("The token has expired."));
    }

    @Test
    void tellsEndpointsWhoCallsAndNobodyElseCan() {
        Filter filter =
                build(
                        plain().forward(
                                        Map.of(
                                                "X-User", "sub", "X-Roles", "roles", "X-Level",
                                                "level", "X-Gone", "gone")));
        String token = Tokens.of(Map.of("sub", "ada", "roles", List.of("a", 1, true), "level", 12));
        Exchange exchange =
                Exchanges.get(
                        "/",
                        "x-user",
                        "root",
                        "X-USER",
                        "root",
                        "X-Gone",
                        "root",
                        "Authorization",
                        "Bearer " + token);

        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.request().headers().all("X-User")).containsExactly("ada");
        assertThat(exchange.request().headers().all("X-Roles")).containsExactly("a,1,true");
        assertThat(exchange.request().headers().all("X-Level")).containsExactly("12");
        assertThat(exchange.request().headers().has("X-Gone")).isFalse();
    }

    @Test
    void removesForwardedFieldsAlsoFromRequestsThatItRefuses() {
        Filter filter = build(plain().forward(Map.of("X-User", "sub")));
        Exchange exchange = Exchanges.get("/", "X-User", "root");

        assertThat(refusal(filter, exchange)).isEqualTo("401 Bearer");
        assertThat(exchange.request().headers().has("X-User")).isFalse();
    }

    @Test
    void mayForwardInTheFieldThatCarriedTheToken() {
        Filter filter = build(plain().forward(Map.of("Authorization", "sub")));
        Exchange exchange = bearer(Tokens.of(Map.of("sub", "ada")));

        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.request().headers().all("Authorization")).containsExactly("ada");
    }

    @Test
    void refusesAClaimThatCannotStandInAField() {
        Filter filter = build(plain().forward(Map.of("X-User", "sub")));

        for (Object bad : List.of("a\r\nX-Admin: 1", " a", Map.of("a", 1), List.of(List.of("a")))) {
            assertThat(refusal(filter, bearer(Tokens.of(Map.of("sub", bad)))))
                    .isEqualTo(invalid("A claim cannot be passed on in a field."));
        }
    }

    @Test
    void remembersAGoodTokenForEachOfManyCallers() {
        Filter filter = build(plain().forward(Map.of("X-User", "sub")));
        for (int round = 0; round < 2; round++) {
            for (int caller = 0; caller < 3 * KnownTokens.MOST; caller++) {
                Exchange exchange = bearer(Tokens.of(Map.of("sub", "caller-" + caller)));
                assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
                assertThat(exchange.request().headers().get("X-User"))
                        .isEqualTo("caller-" + caller);
            }
        }
    }

    @Test
    void saysWhatIsWrongWithItsSettings() {
        assertThatThrownBy(() -> build(plain().from("client.ip")))
                .hasMessage(
                        "from: \"client.ip\" (expected: header.NAME, cookie.NAME or query.NAME)");
        assertThatThrownBy(() -> build(plain().from("Authorization")))
                .hasMessage(
                        "from: \"Authorization\" (expected: header.NAME, cookie.NAME or query.NAME)");
        assertThatThrownBy(() -> build(plain().forward(Map.of("Content-Length", "sub"))))
                .hasMessage(
                        "forward: Content-Length is Weir's own business on each connection; leave it out");
        assertThatThrownBy(() -> JwtConfig.DEFAULTS.build(Exchanges.site()))
                .hasMessage("expected: either secret or keys");
    }

    private static JwtConfigs plain() {
        return JwtConfigs.secret(Tokens.SECRET);
    }

    private Filter build(JwtConfigs configs) {
        return configs.config().build(Exchanges.site(Path.of("."), clock));
    }

    private long now() {
        return clock.millis() / 1000;
    }

    private static Exchange bearer(String token) {
        return Exchanges.get("/", "Authorization", "Bearer " + token);
    }

    private static String refusal(Filter filter, Exchange exchange) {
        Reply reply = Exchanges.reply(filter.onRequest(exchange));
        return reply.status() + " " + Exchanges.field(reply, "WWW-Authenticate");
    }

    private static String invalid(String description) {
        return "401 Bearer error=\"invalid_token\", error_description=\"" + description + "\"";
    }
}
