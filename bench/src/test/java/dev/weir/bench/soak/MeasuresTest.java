package dev.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuresTest {
    @Test
    void findsTheSlopeOfTheSecondHalfOnly() {
        Slope slope = new Slope();
        for (int minute = 0; minute < 10; minute++) {
            slope.add(minute, minute < 5 ? 100 * minute : 500 + 2 * minute);
        }
        assertThat(slope.perMinute()).isCloseTo(2, within(1e-9));
        assertThat(slope.most()).isEqualTo(518);
    }

    @Test
    void readsPausesButNotThoseThatWereAskedFor() {
        GcPauses pauses =
                GcPauses.of(
                        List.of(
                                "[0.5s][info][gc] Using Serial",
                                "[1.2s][info][gc] GC(0) Pause Young (Allocation Failure) 34M->4M(123M) 3.125ms",
                                "[2.2s][info][gc] GC(1) Pause Full (Diagnostic Command) 10M->4M(123M) 40.000ms",
                                "[3.2s][info][gc] GC(2) Pause Young (Allocation Failure) 38M->4M(123M) 1.500ms"));
        assertThat(pauses.millis()).containsExactly(1.5, 3.125);
        assertThat(pauses.quantile(0.99)).isEqualTo(3.125);
        assertThat(pauses.quantile(0.5)).isEqualTo(1.5);
    }

    @Test
    void objectsToWhatDoesNotReturnToTheBaseline() {
        Footprint baseline = new Footprint(40, 20, 10_000, 5_000, 250_000);
        assertThat(new Footprint(41, 21, 11_000, 6_000, 251_000).beyond(baseline)).isEmpty();
        assertThat(new Footprint(60, 50, 50_000, 50_000, 400_000).beyond(baseline)).hasSize(5);
    }
}
