package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.http.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTargetTest {
    @ParameterizedTest
    @CsvSource({
        "https://{host}{path}, /a/b?x=1, https://shop.example.com/a/b",
        "https://{host}{path}?{query}, /a/b?x=1&y=%20, https://shop.example.com/a/b?x=1&y=%20",
        "https://{host}{path}?{query}, /a, https://shop.example.com/a",
        "/new?from=old&{query}, /a?x=1, /new?from=old&x=1",
        "/new?from=old&{query}, /a, /new?from=old",
        "https://other.example:8443/x{path}, /a, https://other.example:8443/x/a",
        "{path}/, /a/b, /a/b/",
        "/new, /a, /new",
        "/k\u00e4se, /a, /k%C3%A4se",
        "/x#part, /a, /x#part",
    })
    void fillsInTheRequest(String to, String target, String location) {
        assertThat(location(to, "/**", Requests.get("Shop.example.com:8080", target)))
                .isEqualTo(location);
    }

    @Test
    void fillsInNamedSegments() {
        Exchange exchange = Requests.get("a.org", "/users/caf%c3%a9;v=1/orders");
        assertThat(location("/people/{id}?tab=orders", "/users/{id}/**", exchange))
                .isEqualTo("/people/caf%C3%A9?tab=orders");
    }

    @ParameterizedTest
    @CsvSource({
        "{path}, //evil.org/x, /evil.org/x",
        "{path}, ///evil.org, /evil.org",
        "/{path}, /evil.org, /evil.org",
        "/{query}, /a?/evil.org, /evil.org",
    })
    void neverLeadsToAnotherHostByTwoSlashes(String to, String target, String location) {
        int question = target.indexOf('?');
        Exchange exchange = Requests.get("a.org", question < 0 ? "/" : target);
        if (question < 0) {
            Requests.withRawPath(exchange, target);
        }
        assertThat(location(to, "/**", exchange)).isEqualTo(location);
    }

    @Test
    void neverBeginsAnotherField() {
        Exchange exchange = Requests.get("a.org", "/x%0d%0aSet-Cookie:a=b?q=\r\nX: 1\\\"<>\u00e9");
        assertThat(location("https://{host}{path}?{query}", "/**", exchange))
                .isEqualTo("https://a.org/x%0D%0ASet-Cookie:a=b?q=%0D%0AX:%201%5C%22%3C%3E%E9");
    }

    @Test
    void escapesWhatIsNoHost() {
        assertThat(location("https://{host}/", "/**", Requests.get("a.org/@evil?", "/")))
                .isEqualTo("https://a.org%2F%40evil%3F/");
    }

    @Test
    void leadsNowhereWithoutTheHostItNeeds() {
        Exchange exchange = Requests.get("", "/a");
        assertThat(location("https://{host}{path}", "/**", exchange)).isNull();
        assertThat(location("/b{path}", "/**", exchange)).isEqualTo("/b/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.org{path}",
                "ftp://a.org/",
                "javascript:alert(1)",
                "a.org",
                "{query}",
                "{host}{path}",
                "{id}",
                "https://{id}.example.com/",
                "https://a.org{id}",
                "https://a.org{query}",
                "https://",
                "https://user@a.org/",
                "/{unknown}",
                "/{path",
                "https:///a",
                "https://a.org:port:1/%zz",
                ""
            })
    void refusesTargetsThatTheClientCouldBend(String to) {
        MatchConfig match = MatchConfig.DEFAULTS.withPath(PathPattern.parse("/x/{id}"));
        assertThatThrownBy(() -> RedirectTarget.of(Action.Redirect.of(to), match))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String location(String to, String pattern, Exchange exchange) {
        RouteConfig route =
                RouteConfig.DEFAULTS.withPath(pattern).withAction(Action.Redirect.of(to));
        assertThat(new RouteTable(List.of(route)).find(exchange)).isZero();
        return RedirectTarget.of((Action.Redirect) route.action(), route.match())
                .location(exchange);
    }
}
