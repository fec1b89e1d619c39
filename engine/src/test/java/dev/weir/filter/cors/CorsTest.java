package dev.weir.filter.cors;

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
import dev.weir.http.Headers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest implements FilterContract {
    private static final String SHOP = "https://shop.example.com";

    @Override
    public FilterConfig config() {
        return new CorsConfig(
                List.of(SHOP, "https://*.example.org", "http://localhost:3000"),
                List.of("GET", "PUT"),
                List.of("X-Token", "Content-Type"),
                List.of("X-Total"),
                true,
                Duration.ofMinutes(10));
    }

    @Test
    void answersAPreflightItself() throws Exception {
        Filter filter = filter();
        Exchange exchange = preflight(SHOP, "PUT", "content-type, x-token");

        Reply reply = Exchanges.reply(filter.onRequest(exchange));

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.failure()).isNull();
        assertThat(Exchanges.field(reply, "Access-Control-Allow-Origin")).isEqualTo(SHOP);
        assertThat(Exchanges.field(reply, "Access-Control-Allow-Methods")).isEqualTo("GET, PUT");
        assertThat(Exchanges.field(reply, "Access-Control-Allow-Headers"))
                .isEqualTo("X-Token, Content-Type");
        assertThat(Exchanges.field(reply, "Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(Exchanges.field(reply, "Access-Control-Max-Age")).isEqualTo("600");
        assertThat(Exchanges.field(reply, "Vary"))
                .isEqualTo("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    }

    @Test
    void leavesItsPreflightAnswerAlone() throws Exception {
        Filter filter = filter();
        Exchange exchange = preflight(SHOP, "PUT", "x-token");
        Exchanges.reply(filter.onRequest(exchange));

        Headers headers =
                Exchanges.answered(filter, exchange, "Access-Control-Allow-Methods", "GET, PUT")
                        .headers();

        assertThat(headers.all("Access-Control-Allow-Methods")).containsExactly("GET, PUT");
        assertThat(headers.has("Access-Control-Expose-Headers")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example.com, PUT, x-token",
        "https://shop.example.com, DELETE, x-token",
        "https://shop.example.com, put, x-token",
        "https://shop.example.com, PUT, x-other",
        "https://shop.example.com, PUT, 'x-token, x other'"
    })
    void answers403ToAPreflightThatAsksForMore(String origin, String method, String headers)
            throws Exception {
        Reply reply = Exchanges.reply(filter().onRequest(preflight(origin, method, headers)));

        assertThat(reply.failure()).isEqualTo(Failure.FORBIDDEN);
        assertThat(Exchanges.field(reply, "Vary")).startsWith("Origin");
        assertThat(reply.fields()).noneMatch(field -> field.name().startsWith("Access-Control"));
    }

    @Test
    void passesAnOptionsRequestThatIsNoPreflight() throws Exception {
        assertThat(filter().onRequest(Exchanges.of("OPTIONS", "/", "Origin", SHOP)))
                .isEqualTo(Verdict.PASS);
        assertThat(
                        filter().onRequest(
                                        Exchanges.of(
                                                "OPTIONS",
                                                "/",
                                                "Access-Control-Request-Method",
                                                "PUT")))
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void saysInAnswersWhoMayReadThemAndOverrulesTheEndpoint() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/", "Origin", SHOP);
        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);

        Headers headers =
                Exchanges.answered(
                                filter,
                                exchange,
                                "Access-Control-Allow-Origin",
                                "*",
                                "access-control-allow-methods",
                                "TRACE",
                                "Vary",
                                "Accept")
                        .headers();

        assertThat(headers.all("Access-Control-Allow-Origin")).containsExactly(SHOP);
        assertThat(headers.all("Access-Control-Allow-Credentials")).containsExactly("true");
        assertThat(headers.all("Access-Control-Expose-Headers")).containsExactly("X-Total");
        assertThat(headers.has("Access-Control-Allow-Methods")).isFalse();
        assertThat(headers.all("Vary")).containsExactly("Accept", "Origin");
    }

    @Test
    void givesAStrangerAnAnswerWithoutPermission() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/", "Origin", "https://evil.example.com");
        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);

        Headers headers =
                Exchanges.answered(
                                filter,
                                exchange,
                                "Access-Control-Allow-Origin",
                                "*",
                                "Vary",
                                "origin")
                        .headers();

        assertThat(headers.has("Access-Control-Allow-Origin")).isFalse();
        assertThat(headers.has("Access-Control-Allow-Credentials")).isFalse();
        assertThat(headers.all("Vary")).containsExactly("origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example.org",
                "https://a.b.example.org",
                "http://localhost:3000",
                SHOP
            })
    void knowsItsOrigins(String origin) throws Exception {
        assertThat(allowed(filter(), origin)).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "https://.example.org",
                "https://a..example.org",
                "http://a.example.org",
                "https://a.example.org:8443",
                "https://evil.com/.example.org",
                "https://evil.com?.example.org",
                "https://user@a.example.org",
                "https://aexample.org",
                "https://a.example.org.evil.com",
                "https://shop.example.com.evil.com",
                "https://shop.example.com/",
                "HTTPS://shop.example.com",
                "http://localhost",
                "null",
                ""
            })
    void isNotFooledByOriginsThatLookAlike(String origin) throws Exception {
        assertThat(allowed(filter(), origin)).isNull();
    }

    @Test
    void letsAnybodyReadWithAStarButNeverWithCredentials() {
        Filter open = build("*");

        assertThat(allowed(open, "https://any.example.net")).isEqualTo("*");
        Exchange exchange = Exchanges.get("/", "Origin", SHOP);
        Headers headers =
                Exchanges.answered(open, exchange, "Access-Control-Allow-Credentials", "true")
                        .headers();
        assertThat(headers.has("Access-Control-Allow-Credentials")).isFalse();
        assertThat(headers.has("Vary")).isFalse();
        assertThatThrownBy(
                        () ->
                                new CorsConfig(
                                        List.of("*"),
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        true,
                                        Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void grantsTheHeadersThatAPreflightAsksForUnlessToldOtherwise() {
        Reply reply =
                Exchanges.reply(build(SHOP).onRequest(preflight(SHOP, "GET", "X-One,,x-two")));

        assertThat(Exchanges.field(reply, "Access-Control-Allow-Headers"))
                .isEqualTo("x-one, x-two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop.example.com",
                "https://shop.example.com/",
                "https://*",
                "https://*.",
                "https://a.*.com",
                "https://",
                "null",
                "https://shop.example.com:443",
                "http://shop.example.com:80"
            })
    void refusesWhatIsNoOrigin(String origin) {
        assertThatThrownBy(() -> build(origin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("origins: ");
    }

    private static Exchange preflight(String origin, String method, String headers) {
        return Exchanges.of(
                "OPTIONS",
                "/",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                headers);
    }

    private static String allowed(Filter filter, String origin) {
        Exchange exchange = Exchanges.get("/", "Origin", origin);
        filter.onRequest(exchange);
        return Exchanges.answered(filter, exchange).headers().get("Access-Control-Allow-Origin");
    }

    private static Filter build(String origin) {
        CorsConfig defaults = CorsConfig.DEFAULTS;
        return new CorsConfig(
                        List.of(origin),
                        defaults.methods(),
                        defaults.headers(),
                        defaults.expose(),
                        false,
                        defaults.maxAge())
                .build(Exchanges.site());
    }
}
