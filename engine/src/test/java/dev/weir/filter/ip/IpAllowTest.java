package dev.weir.filter.ip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.filter.Exchanges;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterContract;
import dev.weir.filter.Verdict;
import dev.weir.http.IpRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class IpAllowTest implements FilterContract {
    @Override
    public FilterConfig config() {
        return IpAllowConfig.of(
                List.of(IpRange.parse("10.0.0.0/8"), IpRange.parse("2001:db8::/32")));
    }

    @Test
    void passesAddressesOfItsRanges() throws Exception {
        assertThat(ask("10.1.2.3")).isEqualTo(Verdict.PASS);
        assertThat(ask("2001:db8:1::1")).isEqualTo(Verdict.PASS);
        assertThat(ask("::ffff:10.1.2.3")).isEqualTo(Verdict.PASS);
    }

    @Test
    void answers403ToAllOthers() throws Exception {
        assertThat(Exchanges.reply(ask("11.0.0.1")).failure()).isEqualTo(Failure.FORBIDDEN);
        assertThat(Exchanges.reply(ask("2001:db9::1")).failure()).isEqualTo(Failure.FORBIDDEN);
    }

    @Test
    void believesTheClientAndNotThePeer() throws Exception {
        Exchange exchange = Exchanges.get("/");
        exchange.cameFrom(
                InetAddress.ofLiteral("10.0.0.1"),
                InetAddress.ofLiteral("192.0.2.1"),
                "web",
                "http");

        assertThat(Exchanges.reply(filter().onRequest(exchange)).status()).isEqualTo(403);
    }

    private Verdict ask(String client) throws Exception {
        return filter().onRequest(Exchanges.from(Exchanges.get("/"), client));
    }
}
