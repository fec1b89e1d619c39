package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.weir.exchange.Exchange;
import dev.weir.http.IpRange;
import dev.weir.http.Requests;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final String HOST = "shop.example.com";

    @ParameterizedTest
    @CsvSource({
        "/api/users/**, /api/users, true",
        "/api/users/**, /api/users/, true",
        "/api/users/**, /api/users/7/orders, true",
        "/api/users/**, /api/usersecret, false",
        "/api/users/**, /api, false",
        "/api/users/**, /API/users, false",
        "/api/users, /api/users, true",
        "/api/users, /api/users/, false",
        "/api/users, /api/users/7, false",
        "/api/users/, /api/users/, true",
        "/api/users/, /api/users, false",
        "/, /, true",
        "/, /a, false",
        "/**, /, true",
        "/**, /a/b, true",
        "/a/*/c, /a/b/c, true",
        "/a/*/c, /a/c, false",
        "/a/*/c, /a/b/b/c, false",
        "/a/*, /a/, false",
        "/a/{id}/**, /a/7, true",
        "/a/{id}/**, /a, false",
        "/café, /caf%c3%a9, true",
        "/caf%c3%a9, /caf%C3%A9, true",
        "/a%2fb, /a%2Fb, true",
        "/a/b, /a%2fb, false",
        "/%61dmin/**, /admin/x, true",
        "/admin/**, /%61dmin/x, true",
        "/admin/**, /x/../admin, true",
        "/admin/**, //admin//x, true",
        "/admin/**, /admin;v=1/x, true",
        "/admin, /admin;, true",
        "/admin/*, /admin/;v=1, false",
        "/admin/**, /administrator, false",
    })
    void matchesPathsByWholeSegments(String pattern, String path, boolean matches) {
        RouteTable table = new RouteTable(List.of(RouteConfig.to("a").withPath(pattern)));
        Exchange exchange = Requests.get(HOST, path);
        assertThat(table.find(exchange)).isEqualTo(matches ? 0 : -1);
        assertThat(table.refusal(0, exchange).isEmpty()).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example.com, shop.example.com, true",
        "shop.example.com, SHOP.Example.com:8080, true",
        "shop.example.com, shop.example.com., true",
        "shop.example.com, a.shop.example.com, false",
        "*.example.com, shop.example.com, true",
        "*.example.com, a.b.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, .example.com, false",
        "*.example.com, badexample.com, false",
        "*.example.com, a.example.com.evil.org, false",
    })
    void matchesHosts(String pattern, String host, boolean matches) {
        RouteTable table = table(match().withHost(pattern));
        Exchange exchange = Requests.get(host, "/");
        assertThat(table.find(exchange)).isEqualTo(matches ? 0 : -1);
        assertThat(table.refusal(0, exchange).isEmpty()).isEqualTo(matches);
    }

    @Test
    void prefersExactHostThenLongestWildcardThenNone() {
        RouteTable table =
                table(
                        match(),
                        match().withHost("*.example.com"),
                        match().withHost("*.shop.example.com"),
                        match().withHost("a.shop.example.com"));
        assertThat(table.find(Requests.get("a.shop.example.com", "/"))).isEqualTo(3);
        assertThat(table.find(Requests.get("b.shop.example.com", "/"))).isEqualTo(2);
        assertThat(table.find(Requests.get("shop.example.com", "/"))).isEqualTo(1);
        assertThat(table.find(Requests.get("example.com", "/"))).isZero();
    }

    @Test
    void goesOnToLessPreciseHostsWhenConditionsFail() {
        RouteTable table =
                table(
                        match(),
                        match().withHost("*.example.com").withMethods("PUT"),
                        match().withHost(HOST).withPath(PathPattern.parse("/a")));
        assertThat(table.find(Requests.get(HOST, "/a"))).isEqualTo(2);
        assertThat(table.find(Requests.of("PUT", HOST, "/b"))).isEqualTo(1);
        assertThat(table.find(Requests.get(HOST, "/b"))).isZero();
    }

    @Test
    void prefersExactPathThenLongestPrefixThenRegexThenNoPath() {
        RouteTable table =
                table(
                        match(),
                        regex("/a/.*"),
                        path("/a/**"),
                        path("/a/b/**"),
                        path("/a/b"),
                        regex("/z.*"));
        assertThat(table.find(Requests.get(HOST, "/a/b"))).isEqualTo(4);
        assertThat(table.find(Requests.get(HOST, "/a/b/c"))).isEqualTo(3);
        assertThat(table.find(Requests.get(HOST, "/a/c"))).isEqualTo(2);
        assertThat(table.find(Requests.get(HOST, "/z;x/y"))).isEqualTo(5);
        assertThat(table.find(Requests.get(HOST, "/q"))).isZero();
    }

    @Test
    void prefersLiteralSegmentsToAnySegment() {
        RouteTable table = table(path("/users/{id}"), path("/users/me/**"), path("/users/**"));
        assertThat(table.find(Requests.get(HOST, "/users/me"))).isEqualTo(1);
        assertThat(table.find(Requests.get(HOST, "/users/7"))).isZero();
        assertThat(table.find(Requests.get(HOST, "/users/7/x"))).isEqualTo(2);
    }

    @Test
    void prefersMethodThenHeadersThenQueryThenOrder() {
        RouteTable table =
                table(
                        match(),
                        match(),
                        match().withQuery("q", ValueMatch.of("1")),
                        match().withHeader("A", ValueMatch.of("1")),
                        match().withHeader("A", ValueMatch.of("1"))
                                .withHeader("B", new ValueMatch.Present(true)),
                        match().withMethods("POST"));
        String[] both = {"A: 1", "B: x"};
        assertThat(table.find(Requests.of("POST", HOST, "/?q=1", both))).isEqualTo(5);
        assertThat(table.find(Requests.get(HOST, "/?q=1", both))).isEqualTo(4);
        assertThat(table.find(Requests.get(HOST, "/?q=1", "a: 1"))).isEqualTo(3);
        assertThat(table.find(Requests.get(HOST, "/?q=1"))).isEqualTo(2);
        assertThat(table.find(Requests.get(HOST, "/"))).isZero();
    }

    @Test
    void comparesFieldsQueryAndCookies() {
        MatchConfig match =
                new MatchConfig(
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of("X-Test", new ValueMatch.Present(false)),
                        Map.of("v", new ValueMatch.Regex(Pattern.compile("[0-9]+"))),
                        Map.of("beta", ValueMatch.of("yes")),
                        List.of(),
                        Optional.empty());
        RouteTable table = table(match);
        assertThat(table.find(Requests.get(HOST, "/?v=12", "Cookie: a=b; beta=yes"))).isZero();
        assertThat(refusal(table, Requests.get(HOST, "/?v=12", "Cookie: beta=no")))
                .isEqualTo("the cookie beta is \"no\", not \"yes\"");
        assertThat(refusal(table, Requests.get(HOST, "/?v=x", "Cookie: beta=yes")))
                .isEqualTo("the query parameter v is \"x\", which does not match [0-9]+");
        assertThat(refusal(table, Requests.get(HOST, "/", "Cookie: beta=yes")))
                .isEqualTo("the query parameter v is missing");
        assertThat(refusal(table, Requests.get(HOST, "/?v=1", "x-test: 1", "Cookie: beta=yes")))
                .isEqualTo("the header X-Test is there, but must not be");
    }

    @Test
    void comparesClientAndListener() {
        MatchConfig match =
                new MatchConfig(
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        List.of(IpRange.parse("10.0.0.0/8"), IpRange.parse("192.0.2.1")),
                        Optional.of("web"));
        RouteTable table = table(match);
        assertThat(table.find(from("10.1.2.3", "web"))).isZero();
        assertThat(table.find(from("192.0.2.1", "web"))).isZero();
        assertThat(refusal(table, from("192.0.2.2", "web")))
                .isEqualTo("the client 192.0.2.2 is in no range of client-ip");
        assertThat(refusal(table, from("10.1.2.3", "secure")))
                .isEqualTo("the listener is secure, not web");
    }

    @Test
    void saysWhyARouteIsNotTaken() {
        RouteTable table =
                table(
                        match().withHost(HOST, "*.org")
                                .withPath(PathPattern.parse("/a/**"))
                                .withMethods("GET", "PUT"));
        assertThat(refusal(table, Requests.get("x.net", "/a")))
                .isEqualTo("the host is x.net, not shop.example.com or *.org");
        assertThat(refusal(table, Requests.get("", "/a"))).startsWith("there is no host");
        assertThat(refusal(table, Requests.get("x.org", "/b")))
                .isEqualTo("the path is /b, not /a/**");
        assertThat(refusal(table, Requests.of("POST", HOST, "/a")))
                .isEqualTo("the method is POST, not GET or PUT");
        assertThat(table.refusal(0, Requests.get(HOST, "/a/b"))).isEmpty();
    }

    @Test
    void namesMethodsThatWouldMatch() {
        RouteTable table =
                table(
                        path("/a/**").withHost(HOST).withMethods("PUT"),
                        path("/a/b").withMethods("GET", "HEAD"),
                        path("/a/b").withMethods("POST").withHeader("X", ValueMatch.of("1")),
                        path("/c").withMethods("PATCH"));
        assertThat(table.find(Requests.of("DELETE", HOST, "/a/b"))).isEqualTo(-1);
        assertThat(table.allowedMethods(Requests.of("DELETE", HOST, "/a/b")))
                .containsExactlyInAnyOrder("PUT", "GET", "HEAD");
        assertThat(table.allowedMethods(Requests.of("DELETE", HOST, "/nothing"))).isEmpty();
    }

    @Test
    void tellsNamedSegmentsWithoutTheirParameters() {
        RouteTable table = table(path("/shops/{shop}/*/{item-id}/**"));
        Exchange exchange = Requests.get(HOST, "/shops/caf%c3%a9;x=1/z/7;v=2;w/more");
        assertThat(table.find(exchange)).isZero();
        assertThat(exchange.pathParameter("shop")).isEqualTo("caf%C3%A9");
        assertThat(exchange.pathParameter("item-id")).isEqualTo("7");
        assertThat(exchange.pathParameter("other")).isNull();
    }

    @Test
    void givesTheStarOfOptionsToRoutesWithoutPath() {
        RouteTable table = table(path("/**"), match());
        assertThat(table.find(Requests.of("OPTIONS", HOST, "*"))).isEqualTo(1);
        assertThat(refusal(table, Requests.of("OPTIONS", HOST, "*"))).contains("/**");
    }

    @Test
    void matchesNothingWithoutRoutes() {
        assertThat(table().find(Requests.get(HOST, "/"))).isEqualTo(-1);
    }

    @Test
    void findsEachOfManyHostsAndPaths() {
        RouteConfig[] routes = new RouteConfig[2_000];
        for (int i = 0; i < routes.length; i++) {
            routes[i] =
                    RouteConfig.to("a")
                            .withMatch(path("/p" + i + "/**").withHost("h" + i % 500 + ".org"));
        }
        RouteTable table = new RouteTable(Arrays.asList(routes));
        for (int i = 0; i < routes.length; i++) {
            String host = "h" + i % 500 + ".org";
            assertThat(table.find(Requests.get(host, "/p" + i + "/x"))).isEqualTo(i);
            assertThat(table.find(Requests.get(host, "/p" + (i + 1) + "/x"))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/a/./b, normal form",
        "/a/%2e%2e/b, climbs",
        "/a;x/b, not matched",
        "/a%zz, hexadecimal",
        "/a\\b, backslash",
        "/a?b, character"
    })
    void refusesPatternsThatNoRequestCouldMatch(String pattern, String message) {
        assertThatThrownBy(() -> PathPattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static RouteTable table(MatchConfig... matches) {
        return new RouteTable(Arrays.stream(matches).map(RouteConfig.to("a")::withMatch).toList());
    }

    private static MatchConfig match() {
        return MatchConfig.DEFAULTS;
    }

    private static MatchConfig path(String pattern) {
        return match().withPath(PathPattern.parse(pattern));
    }

    private static MatchConfig regex(String pattern) {
        return new MatchConfig(
                List.of(),
                Optional.empty(),
                Optional.of(Pattern.compile(pattern)),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty());
    }

    private static String refusal(RouteTable table, Exchange exchange) {
        assertThat(table.find(exchange)).isNotZero();
        return table.refusal(0, exchange).orElseThrow().says();
    }

    private static Exchange from(String client, String listener) {
        Exchange exchange = Requests.get(HOST, "/");
        InetAddress address = InetAddress.ofLiteral(client);
        exchange.cameFrom(address, address, listener, "http");
        return exchange;
    }
}
