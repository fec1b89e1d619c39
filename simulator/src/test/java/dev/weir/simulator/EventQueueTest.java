package dev.weir.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Event(long time, int what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Integer.compare(what, other.what);
        }
    }

    @Test
    void takesEventsOutInTheOrderOfTimeAndOfSaying() {
        EventQueue queue = new EventQueue();
        PriorityQueue<Event> oracle = new PriorityQueue<>();
        SplittableRandom random = new SplittableRandom(7);
        int said = 0;
        for (int i = 0; i < 200_000; i++) {
            if (random.nextInt(5) < 3 || oracle.isEmpty()) {
                long time = random.nextInt(1000);
                queue.add(time, said);
                oracle.add(new Event(time, said++));
            } else {
                Event expected = oracle.remove();
                assertThat(queue.time()).isEqualTo(expected.time);
                assertThat(queue.take()).isEqualTo(expected.what);
            }
        }
        while (!oracle.isEmpty()) {
            assertThat(queue.take()).isEqualTo(oracle.remove().what);
        }
        assertThat(queue.time()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void deadlinesComeOutAsTheyWentInWhenTheRingGrowsInTheMiddle() {
        Deadlines deadlines = new Deadlines();
        long in = 0;
        long out = 0;
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 300; i++) {
                deadlines.add(10 * in, in++);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(deadlines.time()).isEqualTo(10 * out);
                assertThat(deadlines.take()).isEqualTo(out++);
            }
        }
        while (out < in) {
            assertThat(deadlines.take()).isEqualTo(out++);
        }
        assertThat(deadlines.time()).isEqualTo(Long.MAX_VALUE);
    }
}
