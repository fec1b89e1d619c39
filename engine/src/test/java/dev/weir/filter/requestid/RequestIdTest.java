package dev.weir.filter.requestid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.exchange.Exchange;
import dev.weir.filter.Exchanges;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return new RequestIdConfig("X-Correlation");
    }

    @Test
    void keepsTheIdThatAClientSends() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/", "X-Correlation", "aZ09._~+/=:-");

        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.id()).isEqualTo("aZ09._~+/=:-");
        assertThat(exchange.request().headers().all("X-Correlation"))
                .containsExactly("aZ09._~+/=:-");
        assertThat(Exchanges.answered(filter, exchange).headers().all("X-Correlation"))
                .containsExactly("aZ09._~+/=:-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "<script>", "quo\"te", "b\u00e4d", "a\u0001b", "a,b"})
    void replacesAnIdThatIsNoGood(String id) throws Exception {
        Exchange exchange = Exchanges.get("/", "X-Correlation", id, "X-Correlation", "second");

        assertThat(filter().onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.id()).isEqualTo("made-by-weir");
        assertThat(exchange.request().headers().all("X-Correlation"))
                .containsExactly("made-by-weir");
    }

    @Test
    void takesUpTo128Characters() throws Exception {
        Exchange longest = Exchanges.get("/", "X-Correlation", "a".repeat(128));
        Exchange longer = Exchanges.get("/", "X-Correlation", "a".repeat(129));

        assertThat(filter().onRequest(longest)).isEqualTo(filter().onRequest(longer));
        assertThat(longest.id()).hasSize(128);
        assertThat(longer.id()).isEqualTo("made-by-weir");
    }

    @Test
    void replacesWhatTheEndpointSays() throws Exception {
        Filter filter = filter();
        Exchange exchange = Exchanges.get("/");

        assertThat(filter.onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(
                        Exchanges.answered(filter, exchange, "x-correlation", "other")
                                .headers()
                                .all("X-Correlation"))
                .containsExactly("made-by-weir");
    }

    @Test
    void refusesAFieldThatFramesMessages() {
        assertThatThrownBy(() -> new RequestIdConfig("Content-Length").build(Exchanges.site()))
                .hasMessage(
                        "header: Content-Length is Weir's own business on each connection; leave it out");
    }
}
