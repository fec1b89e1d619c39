package dev.weir.filter.bodylimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.filter.Exchanges;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestHeads;
import dev.weir.schema.ByteSize;
import org.junit.jupiter.api.Test;

class BodyLimitTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return BodyLimitConfig.of(new ByteSize(100));
    }

    @Test
    void answers413AtOnceWhenTheLengthSaysTooMuch() throws Exception {
        Verdict verdict = filter().onRequest(withBody(101));

        assertThat(Exchanges.reply(verdict).failure()).isEqualTo(Failure.BODY_TOO_LARGE);
    }

    @Test
    void passesABodyOfExactlyTheLimit() throws Exception {
        assertThat(filter().onRequest(withBody(100))).isEqualTo(Verdict.PASS);
    }

    @Test
    void hasABodyOfUnknownLengthCounted() throws Exception {
        Exchange exchange = withBody(RequestHead.CHUNKED);

        assertThat(filter().onRequest(exchange)).isEqualTo(Verdict.PASS);
        assertThat(exchange.bodyLimit()).isEqualTo(100);
    }

    private static Exchange withBody(long length) {
        Exchange exchange = Exchanges.of("POST", "/");
        RequestHeads.bodyLength(exchange.request(), length);
        return exchange;
    }
}
