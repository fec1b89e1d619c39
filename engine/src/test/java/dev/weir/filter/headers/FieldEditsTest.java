package dev.weir.filter.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Exchanges;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.filter.headers.HeadersConfig.Edits;
import dev.weir.http.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldEditsTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return new HeadersConfig(
                new Edits(Map.of("X-Set", "1"), Map.of("X-Add", "2"), List.of("X-User", "x-set")),
                new Edits(
                        Map.of("Cache-Control", "no-store"),
                        Map.of("Link", "</a>"),
                        List.of("X-Powered-By", "Server")));
    }

    @Test
    void removesSetsAndAddsFieldsOfRequests() throws Exception {
        Exchange exchange =
                Exchanges.get(
                        "/", "X-User", "a", "x-user", "b", "X-Set", "old", "X-Add", "1", "X-Kept",
                        "k");

        assertThat(filter().onRequest(exchange)).isEqualTo(Verdict.PASS);
        Headers headers = exchange.request().headers();
        assertThat(headers.all("X-User")).isEmpty();
        assertThat(headers.all("X-Set")).containsExactly("1");
        assertThat(headers.all("X-Add")).containsExactly("1", "2");
        assertThat(headers.all("X-Kept")).containsExactly("k");
    }

    @Test
    void removesSetsAndAddsFieldsOfAnswers() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/");

        Headers headers =
                Exchanges.answered(
                                filter,
                                exchange,
                                "Server",
                                "s",
                                "Link",
                                "</b>",
                                "Cache-Control",
                                "public")
                        .headers();

        assertThat(headers.has("Server")).isFalse();
        assertThat(headers.all("Link")).containsExactly("</b>", "</a>");
        assertThat(headers.all("Cache-Control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length",
                "Transfer-Encoding",
                "Connection",
                "Upgrade",
                "Host",
                "TE",
                "a b",
                ""
            })
    void refusesToTouchFieldsThatFrameOrRoute(String name) {
        Edits removing = new Edits(Map.of(), Map.of(), List.of(name));

        assertThatThrownBy(() -> build(removing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("request.remove: ");
    }

    @Test
    void refusesAValueOfTwoLines() {
        assertThatThrownBy(
                        () -> build(new Edits(Map.of("X-A", "a\r\nX-B: b"), Map.of(), List.of())))
                .hasMessage(
                        "request.set: the value of X-A cannot stand in a field; expected: one line without blanks at its ends");
    }

    private static Filter build(Edits request) {
        return new HeadersConfig(request, Edits.DEFAULTS).build(Exchanges.site());
    }
}
