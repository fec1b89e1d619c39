package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimersTest {
    private final ManualClock time = new ManualClock();
    private final List<String> struck = new ArrayList<>();

    /// When the wheel is to be woken, in order.
    private final PriorityQueue<Wanted> wanted = new PriorityQueue<>();

    private int mostWanted;
    private Timers timers;

    /// Not a record: two of the same moment are two.
    private static final class Wanted implements Comparable<Wanted> {
        final long at;

        Wanted(long at) {
            this.at = at;
        }

        @Override
        public int compareTo(Wanted other) {
            return Long.compare(at, other.at);
        }
    }

    @BeforeEach
    void makeTimers() {
        timers =
                new Timers(
                        Clock.of(time::nanos, time::millis),
                        nanos -> {
                            Wanted wake = new Wanted(time.nanos() + nanos);
                            wanted.add(wake);
                            mostWanted = Math.max(mostWanted, wanted.size());
                            return () -> wanted.remove(wake);
                        });
    }

    private Timers.Timer named(String name) {
        return timers.timer(() -> struck.add(name));
    }

    private long in(long millis) {
        return time.nanos() + Duration.ofMillis(millis).toNanos();
    }

    /// Lets time pass, waking the wheel when it asked for it and at no other time.
    private void pass(long millis) {
        long until = in(millis);
        while (!wanted.isEmpty() && wanted.peek().at <= until) {
            long wakeAt = wanted.remove().at;
            time.advance(Duration.ofNanos(Math.max(0, wakeAt - time.nanos())));
            timers.run();
        }
        time.advance(Duration.ofNanos(until - time.nanos()));
    }

    @Test
    void strikesNotBeforeTheDeadlineAndAtMostATickAfter() {
        named("a").at(in(100));
        pass(99);
        assertThat(struck).isEmpty();
        pass(11);
        assertThat(struck).containsExactly("a");
    }

    @Test
    void strikesFarDeadlinesBeyondOneTurnOfTheWheel() {
        named("far").at(in(60_000));
        pass(59_900);
        assertThat(struck).isEmpty();
        pass(120);
        assertThat(struck).containsExactly("far");
    }

    @Test
    void movesADeadlineInBothDirections() {
        Timers.Timer timer = named("a");
        timer.at(in(100));
        timer.at(in(300));
        pass(250);
        assertThat(struck).isEmpty();
        timer.at(in(20));
        pass(35);
        assertThat(struck).containsExactly("a");
    }

    @Test
    void strikesNoClearedAndNoDroppedDeadline() {
        Timers.Timer cleared = named("cleared");
        Timers.Timer dropped = named("dropped");
        cleared.at(in(50));
        dropped.at(in(50));
        cleared.clear();
        dropped.drop();
        pass(1000);
        assertThat(struck).isEmpty();
        cleared.at(in(50));
        pass(70);
        assertThat(struck).containsExactly("cleared");
    }

    @Test
    void letsAnExpiryDropAndSetOthersOfTheSameMoment() {
        List<Timers.Timer> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int me = i;
            all.add(
                    timers.timer(
                            () -> {
                                struck.add("t" + me);
                                all.forEach(Timers.Timer::drop);
                                all.get(me).at(in(1000));
                            }));
        }
        all.forEach(timer -> timer.at(in(30)));
        pass(100);
        assertThat(struck).hasSize(1);
        pass(1000);
        assertThat(struck).hasSize(2);
    }

    @Test
    void wakesNobodyWhenNothingIsWaitedFor() {
        Timers.Timer timer = named("a");
        timer.at(in(10));
        pass(7L * 24 * 3600 * 1000);
        assertThat(wanted).isEmpty();
        timer.at(in(10));
        pass(25);
        assertThat(struck).containsExactly("a", "a");
    }

    /// Each call of the wheel asks for the next one: were there ever two, there would be two for good, and more with each deadline that is
    /// sooner than the one waited for.
    @Test
    void waitsForOneWakeAtATime() {
        named("far").at(in(60_000));
        for (int i = 0; i < 100; i++) {
            named("soon").at(in(100 - i % 7 * 10));
            named("sooner").at(in(20));
            pass(70);
        }
        assertThat(mostWanted).isEqualTo(1);
    }

    @Test
    void agreesWithAPlainListOnRandomDeadlines() {
        Random random = new Random(7);
        long[] deadline = new long[50];
        long[] struckAt = new long[50];
        List<Timers.Timer> all = new ArrayList<>();
        for (int i = 0; i < deadline.length; i++) {
            int me = i;
            all.add(timers.timer(() -> struckAt[me] = time.nanos()));
        }
        for (int round = 0; round < 2000; round++) {
            int i = random.nextInt(deadline.length);
            if (deadline[i] != 0 && struckAt[i] == 0 && random.nextInt(4) == 0) {
                all.get(i).clear();
                deadline[i] = 0;
            } else {
                deadline[i] = in(1 + random.nextInt(20_000));
                struckAt[i] = 0;
                all.get(i).at(deadline[i]);
            }
            pass(random.nextInt(200));
            for (int t = 0; t < deadline.length; t++) {
                if (struckAt[t] != 0) {
                    assertThat(struckAt[t] - deadline[t])
                            .as("round %d timer %d", round, t)
                            .isBetween(0L, 2 * Timers.TICK_NANOS);
                    deadline[t] = struckAt[t] = 0;
                } else if (deadline[t] != 0) {
                    assertThat(time.nanos() - deadline[t]).isLessThan(2 * Timers.TICK_NANOS);
                }
            }
        }
    }
}
