package dev.weir.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.Exchanges;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestKeyTest {
    @Test
    void countsIpv6ClientsByTheir64() {
        long one = hash("client.ip", Exchanges.from(Exchanges.get("/"), "2001:db8:1:2::1"));
        long neighbour =
                hash("client.ip", Exchanges.from(Exchanges.get("/"), "2001:db8:1:2:ffff::9"));
        long other = hash("client.ip", Exchanges.from(Exchanges.get("/"), "2001:db8:1:3::1"));

        assertThat(neighbour).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void countsIpv4ClientsOneByOne() {
        long one = hash("client.ip", Exchanges.from(Exchanges.get("/"), "192.0.2.1"));

        assertThat(hash("client.ip", Exchanges.from(Exchanges.get("/"), "192.0.2.2")))
                .isNotEqualTo(one);
        assertThat(hash("client.ip", Exchanges.from(Exchanges.get("/"), "192.0.2.1")))
                .isEqualTo(one);
    }

    @Test
    void doesNotTakeAnIpv4AddressForAnIpv6Prefix() {
        long v4 = hash("client.ip", Exchanges.from(Exchanges.get("/"), "0.0.0.1"));
        long v6 = hash("client.ip", Exchanges.from(Exchanges.get("/"), "0:0:0:1::"));

        assertThat(v4).isNotEqualTo(v6);
    }

    @Test
    void readsHeaderCookieAndQuery() {
        Exchange exchange =
                Exchanges.get("/?k=va%6cue", "X-Key", "value", "Cookie", "a=1; k=value");

        assertThat(hash("header.x-key", exchange))
                .isEqualTo(hash("cookie.k", exchange))
                .isEqualTo(hash("query.k", exchange))
                .isNotEqualTo(hash("cookie.a", exchange));
    }

    @Test
    void readsClaimsOnceTheCallerIsKnown() {
        Exchange exchange = Exchanges.get("/", "X-Key", "7");
        long unknown = hash("jwt.sub", exchange);
        exchange.identity(new Identity(Map.of("sub", 7L)));

        assertThat(hash("jwt.sub", exchange))
                .isNotEqualTo(unknown)
                .isEqualTo(hash("header.X-Key", exchange));
    }

    @Test
    void countsRequestsWithoutTheKeyTogether() {
        assertThat(hash("header.X", Exchanges.get("/a")))
                .isEqualTo(hash("cookie.X", Exchanges.get("/b")))
                .isEqualTo(hash("path.id", Exchanges.get("/c")))
                .isNotEqualTo(hash("route", Exchanges.get("/")));
    }

    @Test
    void readsNamedSegments() {
        Exchange exchange = Exchanges.get("/orders/7", "X-Key", "7");
        int start = exchange.request().pathStart() + "/orders/".length();
        exchange.pathParameters(new String[] {"id"}, new int[] {start, start + 1});

        assertThat(hash("path.id", exchange)).isEqualTo(hash("header.X-Key", exchange));
    }

    private static long hash(String key, Exchange exchange) {
        SipHash hash = new SipHash(3, 4);
        RequestKey.parse(key).addTo(hash, exchange);
        return hash.end();
    }
}
