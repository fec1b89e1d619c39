package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.weir.balance.Balance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The simulator against what is known without it: M/M/1, and the supermarket model of many queues (M. Mitzenmacher, The Power of
/// Two Choices in Randomized Load Balancing, 1996). Service times are exponential with mean 1.
class ClosedFormsTest {
    @ParameterizedTest
    @CsvSource({
        "0.5, 2, 1000000",
        "0.7, 3.3333, 3000000",
        "0.9, 10, 10000000",
        "0.95, 20, 25000000"
    })
    void randomIsOneQueueBesideTheOther(double load, double mean, long requests) {
        Theory theory = Theory.run(Balance.RANDOM, 10, load, requests);

        assertThat(theory.mean()).isCloseTo(mean, withinPercentage(2));
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1.2657", "0.7, 1.6145", "0.9, 2.6141", "0.95, 3.3830"})
    void twoChoicesTakeAsLongAsTheSupermarketModelSays(double load, double mean) {
        Theory theory = Theory.run(Balance.LEAST_REQUESTS, 500, load, 2_000_000);

        assertThat(theory.mean()).isCloseTo(mean, withinPercentage(2));
    }

    /// λ^(2^i - 1), which falls off faster than any power: .9, .729, .478, .206, .038, .0013.
    @Test
    void queuesOfTwoChoicesAreAsLongAsTheSupermarketModelSays() {
        Lengths lengths = new Lengths(500);

        var _ = Theory.run(Balance.LEAST_REQUESTS, 500, 0.9, 2_000_000, lengths);

        for (int i = 1; i <= 6; i++) {
            double expected = Math.pow(0.9, Math.pow(2, i) - 1);
            assertThat(lengths.shareOf(i))
                    .as("queues of %d or more", i)
                    .isCloseTo(expected, within(0.03 * expected + 0.001));
        }
    }
}
