package dev.weir.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Clients whose connections were cut.
class SuspectsTest {
    private static final int LITTLE = Glitches.BUDGET / 10;

    private final Suspects suspects = new Suspects();

    private int budget(String address, Duration later) {
        return suspects.budget(InetAddress.ofLiteral(address), later.toNanos());
    }

    @Test
    void getLittleForAMinute() {
        assertThat(budget("192.0.2.1", Duration.ZERO)).isEqualTo(Glitches.BUDGET);
        suspects.cut(InetAddress.ofLiteral("192.0.2.1"), 0);
        assertThat(budget("192.0.2.1", Duration.ofSeconds(59))).isEqualTo(LITTLE);
        assertThat(budget("192.0.2.2", Duration.ofSeconds(59))).isEqualTo(Glitches.BUDGET);
        assertThat(budget("192.0.2.1", Duration.ofSeconds(61))).isEqualTo(Glitches.BUDGET);
    }

    @Test
    void areKnownByTheirNetworkOfIpv6() {
        suspects.cut(InetAddress.ofLiteral("2001:db8:1:2:3:4:5:6"), 0);
        assertThat(budget("2001:db8:1:2::7", Duration.ZERO)).isEqualTo(LITTLE);
        assertThat(budget("2001:db8:1:3::7", Duration.ZERO)).isEqualTo(Glitches.BUDGET);
    }

    @Test
    void areForgottenWhenThereAreTooManyTheOldestFirst() {
        suspects.cut(InetAddress.ofLiteral("192.0.2.1"), 0);
        for (int i = 0; i < 1024; i++) {
            suspects.cut(InetAddress.ofLiteral("198.18." + i / 256 + "." + i % 256), i + 1);
        }
        assertThat(budget("192.0.2.1", Duration.ZERO)).isEqualTo(Glitches.BUDGET);
        assertThat(budget("198.18.0.0", Duration.ZERO)).isEqualTo(LITTLE);
    }
}
