package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.health.RiseAndFall.Effect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiseAndFallTest {
    @Test
    void countsAsUpBeforeTheFirstResult() {
        RiseAndFall state = new RiseAndFall(2, 3);

        assertThat(state.up()).isTrue();
        assertThat(state.inDoubt()).isFalse();
    }

    @Test
    void isDownAfterOneBadResultIfThatIsTheFirst() {
        RiseAndFall state = new RiseAndFall(2, 3);

        assertThat(state.add(false)).isEqualTo(Effect.DECIDED);
        assertThat(state.up()).isFalse();
        assertThat(state.inDoubt()).isFalse();
    }

    @Test
    void isUpAfterOneGoodResultIfThatIsTheFirst() {
        RiseAndFall state = new RiseAndFall(2, 3);

        assertThat(state.add(true)).isEqualTo(Effect.DECIDED);
        assertThat(state.up()).isTrue();
    }

    /// Results and the states after them: `+` is good or up, `-` is bad or down.
    @ParameterizedTest
    @CsvSource({
        "2, 3, +--+---, ++++++-",
        "2, 3, +--+--+--+, ++++++++++",
        "2, 3, ---+-++, ------+",
        "2, 3, -+-+-+-+, --------",
        "2, 3, -++---, --+++-",
        "1, 1, +-+-, +-+-",
        "3, 1, +-++-+++, +------+",
        "1, 4, -+---+----, -++++++++-",
    })
    void changesAfterExactlySoManyEqualResultsInARow(
            int upAfter, int downAfter, String results, String states) {
        RiseAndFall state = new RiseAndFall(upAfter, downAfter);
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < results.length(); i++) {
            boolean before = state.up();
            Effect effect = state.add(results.charAt(i) == '+');
            seen.append(state.up() ? '+' : '-');
            if (i > 0) {
                assertThat(effect == Effect.CHANGED).isEqualTo(before != state.up());
            }
        }

        assertThat(seen).hasToString(states);
    }

    @Test
    void isInDoubtWhileResultsSpeakAgainstTheState() {
        RiseAndFall state = new RiseAndFall(2, 3);
        state.add(true);

        state.add(false);
        assertThat(state.inDoubt()).isTrue();
        state.add(false);
        assertThat(state.inDoubt()).isTrue();
        state.add(true);
        assertThat(state.inDoubt()).as("a good result clears it").isFalse();
        state.add(false);
        state.add(false);
        state.add(false);
        assertThat(state.inDoubt()).as("the change clears it").isFalse();
        state.add(true);
        assertThat(state.inDoubt()).as("on the way up too").isTrue();
    }

    @Test
    void saysHowManyResultsAChangeTakes() {
        RiseAndFall state = new RiseAndFall(2, 3);

        assertThat(state.threshold(true)).isEqualTo(2);
        assertThat(state.threshold(false)).isEqualTo(3);
    }

    @Test
    void refusesThresholdsBelowOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RiseAndFall(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new RiseAndFall(1, 0));
    }
}
