package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StickyTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final StickyConfig CONFIG =
            StickyConfig.of("sid").withTtl(Duration.ofMinutes(30)).withSecret("0123456789abcdef");

    private final Service users = service("users");
    private final Endpoint second = users.endpoints().get(1);
    private final Sticky sticky = new Sticky(users, CONFIG, new byte[32]);

    private static Service service(String name) {
        List<Endpoint> endpoints = List.of(endpoint("10.0.0.1:80", 0), endpoint("10.0.0.2:80", 1));
        return new Service(name, ServiceConfig.DEFAULTS, endpoints);
    }

    private static Endpoint endpoint(String name, int position) {
        return new Endpoint(
                name,
                InetSocketAddress.createUnresolved("e", 80),
                position,
                1,
                new EndpointState());
    }

    @Test
    void namesItsEndpointUntilItIsOver() {
        String value = sticky.value(second, NOW);
        assertThat(sticky.named(value, NOW)).isSameAs(second);
        assertThat(sticky.named(value, NOW + Duration.ofMinutes(29).toMillis())).isSameAs(second);
        assertThat(sticky.named(value, NOW + Duration.ofMinutes(32).toMillis())).isNull();
    }

    @Test
    void saysNothingOfTheEndpoint() {
        String other =
                new Sticky(users, CONFIG.withSecret("another secret 1"), new byte[0])
                        .value(second, NOW);
        assertThat(sticky.value(second, NOW))
                .matches("[A-Za-z0-9_-]{36}")
                .isNotEqualTo(sticky.value(users.endpoints().getFirst(), NOW))
                .isNotEqualTo(other);
    }

    @Test
    void ignoresWhatWasTamperedWithInAnyCharacter() {
        String value = sticky.value(second, NOW);
        for (int i = 0; i < value.length(); i++) {
            for (char c : "Aa0_-=; é".toCharArray()) {
                if (c != value.charAt(i)) {
                    String tampered = value.substring(0, i) + c + value.substring(i + 1);
                    assertThat(sticky.named(tampered, NOW)).as(tampered).isNull();
                }
            }
        }
    }

    @Test
    void ignoresNonsenseOfAnyLength() {
        Random random = new Random(31);
        String value = sticky.value(second, NOW);
        for (int length = 0; length < 100; length++) {
            StringBuilder nonsense = new StringBuilder();
            for (int i = 0; i < length; i++) {
                nonsense.append((char) (33 + random.nextInt(94)));
            }
            assertThat(sticky.named(nonsense.toString(), NOW)).isNull();
            assertThat(sticky.named(value.repeat(3).substring(0, length), NOW) == null)
                    .isEqualTo(length != value.length());
        }
    }

    @Test
    void ignoresWhatAnotherServiceOrAnotherSecretHasSigned() {
        String foreign = new Sticky(service("orders"), CONFIG, new byte[32]).value(second, NOW);
        assertThat(sticky.named(foreign, NOW)).isNull();
        Sticky elsewhere = new Sticky(users, CONFIG.withSecret("another secret 1"), new byte[32]);
        assertThat(sticky.named(elsewhere.value(second, NOW), NOW)).isNull();
    }

    @Test
    void gatewaysWithTheSameSecretTakeEachOthersCookies() {
        Sticky other = new Sticky(service("users"), CONFIG, new byte[] {1});
        assertThat(sticky.named(other.value(second, NOW), NOW)).isSameAs(second);
    }

    @Test
    void withoutASecretTheCookiesOfAnotherStartAreIgnored() {
        StickyConfig none = StickyConfig.of("sid");
        String value = new Sticky(users, none, new byte[] {1}).value(second, NOW);
        assertThat(new Sticky(users, none, new byte[] {2}).named(value, NOW)).isNull();
        assertThat(new Sticky(users, none, new byte[] {1}).named(value, NOW)).isSameAs(second);
    }
}
