package dev.weir.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How quantities are written, and that what is written reads back.
class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"500ms, 500", "2s, 2000", "1m, 60000", "1h, 3600000", "1d, 86400000", "0s, 0"})
    void readsDurations(String text, long millis) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "5", "-5s", "1.5s", "5 S", "5sec", "99999999999999d", "1h30m"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void durationsReadBack() {
        Random random = new Random(1);
        for (int round = 0; round < 1_000; round++) {
            Duration duration = Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 62)));
            assertThat(DurationText.parse(DurationText.print(duration))).isEqualTo(duration);
        }
        assertThat(DurationText.print(Duration.ofHours(24))).isEqualTo("24h");
        assertThat(DurationText.print(Duration.ofMillis(1_500))).isEqualTo("1500ms");
        assertThat(DurationText.print(Duration.ofDays(365_000))).isEqualTo("31536000000s");
    }

    @ParameterizedTest
    @CsvSource({"0B, 0", "512B, 512", "64KiB, 65536", "10MiB, 10485760", "2GiB, 2147483648"})
    void readsSizesAndWritesThemTheSame(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes)).hasToString(text);
    }

    @Test
    void saysWhichUnitOfSizeIsMeant() {
        assertThatThrownBy(() -> ByteSize.parse("10MB"))
                .hasMessageEndingWith("Did you mean 10MiB?");
        assertThatThrownBy(() -> ByteSize.parse("8k")).hasMessageEndingWith("Did you mean 8KiB?");
        assertThatThrownBy(() -> ByteSize.parse("8")).hasMessageContaining("units that fit");
        assertThatThrownBy(() -> ByteSize.parse("99999999999GiB")).hasMessage("is too large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100/s", "20/m", "1000/h", "10/500ms", "3/90s", "86400/24h"})
    void ratesReadBack(String text) {
        assertThat(Rate.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "/s", "0/s", "100/", "100/sec", "-1/s", "1.5/s", "1/0s"})
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.11:8080, 10.0.0.11:8080",
        "localhost:80, localhost:80",
        "my_app-1.internal.:80, my_app-1.internal.:80",
        "[::1]:8080, [::1]:8080",
        "[fe80::1%eth0]:1, [fe80::1%eth0]:1",
        "8080, :8080",
        ":8080, :8080"
    })
    void readsAddresses(String text, String written) {
        assertThat(HostPort.parse(text)).hasToString(written);
        assertThat(HostPort.parse(written)).isEqualTo(HostPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "::1:8080",
                "*:80",
                "a b:80",
                "a:",
                "a:x",
                "a:65536",
                "[x]:1",
                "https://a:1",
                "http://a:1",
                "http://a:1/b",
                "-a:1"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0%, 0", "20%, 2000", "125%, 12500", "0.5%, 50", "99.95%, 9995", "0.05%, 5"})
    void readsPercentagesAndWritesThemTheSame(String text, int hundredths) {
        assertThat(Percent.parse(text)).isEqualTo(new Percent(hundredths)).hasToString(text);
    }

    @Test
    void saysWhatIsNoPercentage() {
        assertThatThrownBy(() -> Percent.parse("20")).hasMessageEndingWith("Did you mean 20%?");
        assertThatThrownBy(() -> Percent.parse("-1%")).hasMessage("is not a percentage");
        assertThatThrownBy(() -> Percent.parse("half")).hasMessage("is not a percentage");
        assertThatThrownBy(() -> Percent.parse("0.125%")).hasMessage("is not a percentage");
    }
}
