package dev.weir.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.http.Requests;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriteTest {
    private static final String HOST = "shop.example.com";

    @ParameterizedTest
    @CsvSource({
        "/api, /api/users, /users",
        "/api, /api/, /",
        "/api, /api, /",
        "/api, /api;v=1/users;x, /users;x",
        "/api, /apis/users, /apis/users",
        "/api, /other, /other",
        "/api/v1, /api/v1/users/, /users/",
        "/api/v1, /api/v2/users, /api/v2/users",
        "/api/v1, /api, /api",
        "/, /a, /a",
        "/café, /caf%c3%a9/x, /x",
    })
    void stripsWholeSegments(String prefix, String path, String expected) {
        RouteConfig route = RouteConfig.to("a").withPath("/**").withStripPrefix(prefix);
        Exchange exchange = applied(route, path + "?q=1");
        assertThat(exchange.request().sentPath()).isEqualTo(expected);
        assertThat(exchange.request().query()).isEqualTo("q=1");
    }

    @ParameterizedTest
    @CsvSource({
        "/users/{id}, /v2/{id}, /users/7, /v2/7",
        "/users/{id}, /v2/{id}.json, /users/7;x, /v2/7.json",
        "/users/{id}/{part}, /{part}/{id}, /users/7/caf%c3%a9, /caf%C3%A9/7",
        "/users/{id}, /fixed, /users/7, /fixed",
        "/users/{id}, /käse, /users/7, /k%C3%A4se",
        "/a/**, /v2/**, /a/b/c, /v2/b/c",
        "/a/**, /v2/**, /a, /v2",
        "/a/**, /v2/**, /a/, /v2/",
        "/a/**, /**, /a, /",
        "/a/**, /**, /a/b;x, /b;x",
        "/**, /v2/**, /, /v2/",
        "/**, /v2/**, /x, /v2/x",
        "/a/{x}/**, /{x}/b/**, /a/1/c/d, /1/b/c/d",
    })
    void sendsAnotherPath(String pattern, String template, String path, String expected) {
        RouteConfig route = RouteConfig.to("a").withPath(pattern).withRewrite(path(template));
        assertThat(applied(route, path).request().sentPath()).isEqualTo(expected);
    }

    @Test
    void sendsTheWholePathBehindARestWithoutPattern() {
        RouteConfig route = RouteConfig.to("a").withRewrite(path("/v2/**"));
        assertThat(applied(route, "/x/y").request().sentPath()).isEqualTo("/v2/x/y");
    }

    @Test
    void leavesTheStarOfOptions() {
        RouteConfig route = RouteConfig.to("a").withRewrite(path("/v2/**"));
        Exchange exchange = Requests.of("OPTIONS", HOST, "*");
        Rewrite.of(route).apply(exchange);
        assertThat(exchange.request().sentPath()).isEqualTo("*");
    }

    @Test
    void sendsAnotherHost() {
        RouteConfig route =
                RouteConfig.to("a")
                        .withRewrite(
                                new RewriteConfig(
                                        Optional.empty(), Optional.of("inner.example:81")));
        Exchange exchange = applied(route, "/a");
        assertThat(exchange.request().headers().all("Host")).containsExactly("inner.example:81");
        assertThat(exchange.request().sentPath()).isEqualTo("/a");
    }

    @Test
    void changesNothingUnlessTold() {
        assertThat(Rewrite.of(RouteConfig.to("a"))).isSameAs(Rewrite.NOTHING);
        assertThat(applied(RouteConfig.to("a"), "/a//b").request().sentPath()).isEqualTo("/a/b");
    }

    @ParameterizedTest
    @CsvSource({
        "/users/{id}, /v2/{name}, {name} is not a named segment of match.path; known here: id",
        "/users/*, /v2/{id}, {id} is not a named segment",
        "/users, /v2/**, there is none",
        "/users/**, /v2/**/x, only at the end",
        "/users/{id}, /v2/{id, without }",
        "/users/{id}, /v2/id}, without {",
        "/users/{id}, /.{id}, only dots",
        "/users/{id}, /../{id}, climbs",
        "/users/{id}, /a?b={id}, character",
    })
    void refusesPathsThatCannotBeSent(String pattern, String template, String message) {
        RouteConfig route = RouteConfig.to("a").withPath(pattern).withRewrite(path(template));
        assertThatThrownBy(() -> Rewrite.of(route))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesHostsThatCannotBeSent() {
        RewriteConfig rewrite = new RewriteConfig(Optional.empty(), Optional.of("a\r\nX-Evil: 1"));
        assertThatThrownBy(() -> Rewrite.of(RouteConfig.to("a").withRewrite(rewrite)))
                .hasMessageContaining("rewrite.host is a host");
    }

    private static RewriteConfig path(String template) {
        return new RewriteConfig(Optional.of(template), Optional.empty());
    }

    private static Exchange applied(RouteConfig route, String target) {
        Exchange exchange = Requests.get(HOST, target);
        assertThat(new RouteTable(List.of(route)).find(exchange)).isZero();
        Rewrite.of(route).apply(exchange);
        return exchange;
    }
}
