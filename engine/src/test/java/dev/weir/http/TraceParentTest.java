package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @Test
    void readsWhatTheStandardShows() {
        assertThat(TraceParent.read("00-" + TRACE + "-" + PARENT + "-01"))
                .isEqualTo(new TraceParent(TRACE, PARENT, true));
        assertThat(TraceParent.read("00-" + TRACE + "-" + PARENT + "-02"))
                .isEqualTo(new TraceParent(TRACE, PARENT, false));
    }

    @Test
    void readsTheKnownPartOfALaterVersion() {
        assertThat(TraceParent.read("cc-" + TRACE + "-" + PARENT + "-01-what-comes"))
                .isEqualTo(new TraceParent(TRACE, PARENT, true));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void takesAnythingElseForAbsent(String text) {
        assertThat(TraceParent.read(text)).isNull();
    }

    @Test
    void writesWhatItReadsAndNoTwoAlike() {
        var random = new SplittableRandom(7);
        TraceParent one = TraceParent.fresh(random, true);
        assertThat(TraceParent.read(one.toString())).isEqualTo(one);
        assertThat(TraceParent.fresh(random, true).trace()).isNotEqualTo(one.trace());
    }
}
