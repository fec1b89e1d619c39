package dev.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.metrics.Tallies;
import dev.weir.runtime.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PastTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Tallies.Flow FLOW = new Tallies.Flow("web", "shop", "app");

    private final Past past = new Past(() -> tallies(0, 0, 0), Clock.system());

    /// After so many requests by one way.
    private static Tallies tallies(long count, long failed, long refused) {
        return new Tallies(
                Map.of(),
                new LinkedHashMap<>(Map.of("app", Map.of())),
                Map.of("app", refused),
                Map.of(FLOW, new Tallies.FlowCount(count, failed)));
    }

    @Test
    void figuresAreThoseOfTheLastFiveSeconds() {
        for (int second = 0; second <= 20; second++) {
            past.read(second * SECOND, tallies(second < 10 ? 0 : (second - 10) * 40L, 0, 0));
        }
        assertThat(past.traffic().flows())
                .containsExactly(new Traffic.FlowFigures("web", "shop", "app", 40, 0));
        for (int second = 21; second <= 25; second++) {
            past.read(second * SECOND, tallies(400, 0, 0));
        }
        assertThat(past.traffic().flows()).isEmpty();
    }

    @Test
    void failuresAreAPartOfWhatCameInThatTime() {
        past.read(0, tallies(1000, 0, 0));
        past.read(SECOND, tallies(1010, 5, 2));
        assertThat(past.traffic().flows().getFirst().errors()).isEqualTo(0.5);
        assertThat(past.traffic().services().get("app").retriesRefused()).isEqualTo(2);
    }

    @Test
    void keepsFifteenMinutesAndNoMore() {
        for (int second = 0; second <= 2000; second++) {
            past.read(second * SECOND, tallies(second, 0, 0));
        }
        Traffic.Series all = past.history().series().get("");
        assertThat(all.rate()).hasSize(180);
        assertThat(past.history().stepMs() * all.rate().size())
                .isEqualTo(TimeUnit.MINUTES.toMillis(15));
        assertThat(past.traffic().step()).isEqualTo(400);
        assertThat(all.p99()).containsOnlyNulls();
        assertThat(past.history().series()).containsOnlyKeys("", "service/app");
    }
}
