package dev.weir.filter.ip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Failure;
import dev.weir.filter.Exchanges;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.http.IpRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class IpDenyTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return IpDenyConfig.of(List.of(IpRange.parse("192.0.2.128/25"), IpRange.parse("::1")));
    }

    @Test
    void answers403ToAddressesOfItsRanges() throws Exception {
        assertThat(Exchanges.reply(ask("192.0.2.200")).failure()).isEqualTo(Failure.FORBIDDEN);
        assertThat(Exchanges.reply(ask("::1")).failure()).isEqualTo(Failure.FORBIDDEN);
    }

    @Test
    void passesAllOthers() throws Exception {
        assertThat(ask("192.0.2.127")).isEqualTo(Verdict.PASS);
        assertThat(ask("::2")).isEqualTo(Verdict.PASS);
    }

    private Verdict ask(String client) throws Exception {
        return filter().onRequest(Exchanges.from(Exchanges.get("/"), client));
    }
}
