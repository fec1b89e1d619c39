package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final long NOW = Instant.parse("2015-10-21T07:28:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "nothing | unsaid",
                "0 | 0",
                "120 | 120",
                "Wed, 21 Oct 2015 07:28:30 GMT | 30",
                "Wed, 21 Oct 2015 07:27:30 GMT | 0",
                "-5 | unsaid",
                "99999999999999999999 | unsaid",
                "soon | unsaid",
            })
    void readsSecondsAndDates(@Nullable String value, String seconds) {
        assertThat(RetryAfter.nanos(value, NOW))
                .isEqualTo(
                        seconds.equals("unsaid")
                                ? RetryAfter.UNSAID
                                : Long.parseLong(seconds) * 1_000_000_000);
    }
}
