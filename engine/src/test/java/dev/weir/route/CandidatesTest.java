package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import dev.weir.http.Requests;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidatesTest {
    private static final String HOST = "shop.example.com";

    private static RouteConfig route(String path) {
        return RouteConfig.to("a").withPath(path);
    }

    private static RouteConfig at(String host, String path) {
        return RouteConfig.to("a")
                .withMatch(MatchConfig.DEFAULTS.withHost(host).withPath(PathPattern.parse(path)));
    }

    private static List<Integer> tried(RouteTable table, Exchange exchange) {
        return table.candidates(exchange).stream().map(Candidate::route).toList();
    }

    private static String why(RouteConfig first, RouteConfig second) {
        RouteTable table = new RouteTable(List.of(second, first));
        List<Candidate> candidates = table.candidates(Requests.get(HOST, "/a/b", "X-A: 1"));
        assertThat(candidates).extracting(Candidate::route).containsExactly(1, 0);
        return table.why(candidates.getFirst(), candidates.getLast());
    }

    @Test
    void triesExactHostsBeforeWildcardsBeforeNone() {
        RouteTable table =
                new RouteTable(
                        List.of(
                                route("/a"),
                                at("*.com", "/a"),
                                at("*.example.com", "/a"),
                                at(HOST, "/**"),
                                at("other.example.com", "/a")));

        List<Candidate> candidates = table.candidates(Requests.get(HOST, "/a"));

        assertThat(candidates)
                .extracting(Candidate::host)
                .containsExactly(HOST, "*.example.com", "*.com", "");
        assertThat(tried(table, Requests.get(HOST, "/a"))).containsExactly(3, 2, 1, 0);
    }

    @Test
    void leavesOutRoutesOfOtherPaths() {
        RouteTable table = new RouteTable(List.of(route("/a"), route("/b"), route("/**")));
        assertThat(tried(table, Requests.get(HOST, "/a"))).containsExactly(0, 2);
    }

    @Test
    void namesTheConditionThatFails() {
        RouteConfig beta =
                RouteConfig.to("a")
                        .withMatch(MatchConfig.DEFAULTS.withHeader("X-Beta", ValueMatch.of("yes")));
        RouteTable table = new RouteTable(List.of(beta, route("/**")));

        List<Candidate> candidates = table.candidates(Requests.get(HOST, "/a", "X-Beta: no"));

        assertThat(candidates.getFirst().refusal()).isEmpty();
        assertThat(candidates.getLast().refusal())
                .contains(
                        new Refusal(
                                List.of("headers", "X-Beta"),
                                "the header X-Beta is \"no\", not \"yes\""));
    }

    @Test
    void namesARouteOfSeveralHostsOnce() {
        RouteConfig both =
                RouteConfig.to("a").withMatch(MatchConfig.DEFAULTS.withHost(HOST, "*.example.com"));
        assertThat(new RouteTable(List.of(both)).candidates(Requests.get(HOST, "/a")))
                .containsExactly(new Candidate(0, HOST, Optional.empty()));
    }

    @Test
    void saysWhatMakesOneComeFirst() {
        assertThat(why(at(HOST, "/**"), at("*.example.com", "/a/b")))
                .isEqualTo("its host is exact");
        assertThat(why(at("*.example.com", "/**"), at("*.com", "/a/b")))
                .isEqualTo("its wildcard host is longer");
        assertThat(why(at("*.com", "/**"), route("/a/b"))).isEqualTo("it names a host");
        assertThat(why(route("/**"), RouteConfig.to("a")))
                .isEqualTo("it has a path, and this one none");
        assertThat(why(route("/a/**"), route("/*/**")))
                .isEqualTo("it has more literal segments: 1 against 0");
        assertThat(why(route("/a/b"), route("/a/b/**")))
                .isEqualTo("its path is exact, and this one a prefix");
        assertThat(why(route("/a/*/**"), route("/a/**")))
                .isEqualTo("it has more segments: 2 against 1");
        RouteConfig get = RouteConfig.to("a").withMatch(MatchConfig.DEFAULTS.withMethods("GET"));
        assertThat(why(get, RouteConfig.to("a"))).isEqualTo("it names methods");
        RouteConfig header =
                RouteConfig.to("a")
                        .withMatch(
                                MatchConfig.DEFAULTS.withHeader(
                                        "X-A", new ValueMatch.Present(true)));
        assertThat(why(header, RouteConfig.to("a")))
                .isEqualTo("it has more conditions on headers: 1 against 0");
    }

    @Test
    void saysThatTheFileDecidesBetweenEquals() {
        RouteTable table = new RouteTable(List.of(route("/a/**"), route("/a/**")));
        List<Candidate> both = table.candidates(Requests.get(HOST, "/a"));
        assertThat(table.why(both.getFirst(), both.getLast()))
                .isEqualTo("it stands first in the file");
    }
}
