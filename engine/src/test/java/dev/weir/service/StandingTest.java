package dev.weir.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The state machine of an endpoint, every transition of it.
class StandingTest {
    @ParameterizedTest
    @CsvSource(
            useHeadersInDisplayName = true,
            textBlock =
                    """
                    from,         CHECKED_UP, CHECKED_DOWN, MISBEHAVED,   TIME_OVER,    PROVED
                    UNKNOWN,      UP,         DOWN,         EJECTED,      UNKNOWN,      UNKNOWN
                    UP,           UP,         DOWN,         EJECTED,      UP,           UP
                    EJECTED,      EJECTED,    DOWN_EJECTED, EJECTED,      RETURNING,    EJECTED
                    RETURNING,    RETURNING,  DOWN_EJECTED, EJECTED,      RETURNING,    UP
                    DOWN,         UP,         DOWN,         DOWN,         DOWN,         DOWN
                    DOWN_EJECTED, RETURNING,  DOWN_EJECTED, DOWN_EJECTED, DOWN_EJECTED, DOWN_EJECTED
                    """)
    void everyEventLeadsWhereTheTableSays(
            Standing from,
            Standing checkedUp,
            Standing checkedDown,
            Standing misbehaved,
            Standing timeOver,
            Standing proved) {
        List<Standing> expected = List.of(checkedUp, checkedDown, misbehaved, timeOver, proved);
        assertThat(Arrays.stream(Standing.Event.values()).map(from::after))
                .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource
    void whatChecksHoldDownGetsNoRequests(Standing from) {
        assertThat(from.after(Standing.Event.CHECKED_DOWN).usable()).isFalse();
        assertThat(from.after(Standing.Event.CHECKED_DOWN).down()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whatTrafficThrewOutGetsNoRequests(Standing from) {
        assertThat(from.after(Standing.Event.MISBEHAVED).usable()).isFalse();
    }

    @Test
    void theStateOfAnEndpointFollowsTheTable() {
        EndpointState state = new EndpointState();
        assertThat(state.happened(Standing.Event.MISBEHAVED)).isEqualTo(Standing.UNKNOWN);
        assertThat(state.standing()).isEqualTo(Standing.EJECTED);
        assertThat(state.up()).isTrue();
        state.up(false);
        assertThat(state.standing()).isEqualTo(Standing.DOWN_EJECTED);
        assertThat(state.up()).isFalse();
    }

    @Test
    void thePageAboutHealthShowsThisTable() throws Exception {
        Path page = Path.of("../docs/explain/health.md");
        String refreshed = StandingPage.refreshed(Files.readString(page));
        if (Boolean.getBoolean("weir.write")) {
            Files.writeString(page, refreshed);
        }
        assertThat(page)
                .as("refresh it with: ./weir test -Dtest=StandingTest -Dweir.write=true")
                .hasContent(refreshed);
    }
}
