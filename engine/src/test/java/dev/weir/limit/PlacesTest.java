package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> lines = new ArrayList<>();

    private Places places(int max, int pending) {
        return new Places(max, pending, SECOND, new Refusals("orders", max, lines::add));
    }

    /// Remembers what it hears.
    private static final class Heard implements Waiter.Owner {
        private final ConcurrentLinkedQueue<String> words = new ConcurrentLinkedQueue<>();

        @Override
        public void admitted() {
            words.add("admitted");
        }

        @Override
        public void refused(Failure why) {
            words.add(why.reason());
        }
    }

    private static Waiter waiter(Heard heard) {
        return new Waiter(Priority.NORMAL, heard);
    }

    @Test
    void givesAsManyPlacesAsThereAre() {
        Places places = places(2, 0);

        assertThat(places.tryEnter()).isTrue();
        assertThat(places.tryEnter()).isTrue();
        assertThat(places.tryEnter()).isFalse();
        places.leave(1);
        assertThat(places.tryEnter()).isTrue();
        assertThat(places.taken()).isEqualTo(2);
    }

    @Test
    void aPlaceThatSomebodyWaitsForGoesFromHandToHand() {
        Places places = places(1, 2);
        Heard first = new Heard();
        Heard second = new Heard();
        places.tryEnter();
        assertThat(places.await(waiter(first), 1)).isEqualTo(Places.Entry.WAITING);
        assertThat(places.await(waiter(second), 2)).isEqualTo(Places.Entry.WAITING);
        assertThat(places.await(waiter(new Heard()), 3)).isEqualTo(Places.Entry.FULL);

        places.leave(4);

        assertThat(first.words).containsExactly("admitted");
        assertThat(second.words).isEmpty();
        assertThat(places.tryEnter()).as("who comes later does not overtake").isFalse();
        places.leave(5);
        assertThat(second.words).containsExactly("admitted");
        places.leave(6);
        assertThat(places.taken()).isZero();
        assertThat(places.waiting()).isZero();
    }

    @Test
    void aPlaceThatGotFreeInBetweenIsTakenAtOnce() {
        Places places = places(1, 1);
        places.tryEnter();
        places.leave(1);

        assertThat(places.await(waiter(new Heard()), 2)).isEqualTo(Places.Entry.ADMITTED);
        assertThat(places.taken()).isEqualTo(1);
    }

    @Test
    void aFullLineMakesRoomForWhoIsMoreImportant() {
        Places places = places(1, 1);
        Heard low = new Heard();
        Heard critical = new Heard();
        places.tryEnter();
        places.await(new Waiter(Priority.LOW, low), 1);

        assertThat(places.await(new Waiter(Priority.LOW, new Heard()), 2))
                .isEqualTo(Places.Entry.FULL);
        assertThat(places.await(new Waiter(Priority.CRITICAL, critical), 3))
                .isEqualTo(Places.Entry.WAITING);
        assertThat(low.words).containsExactly("shed");
        assertThat(places.await(new Waiter(Priority.HIGH, new Heard()), 4))
                .isEqualTo(Places.Entry.FULL);
        places.leave(5);
        assertThat(critical.words).containsExactly("admitted");
    }

    @Test
    void whoWaitsTooLongIsRefusedEvenIfNoPlaceGetsFree() {
        Places places = places(1, 10);
        Heard heard = new Heard();
        places.tryEnter();
        places.await(waiter(heard), 1);

        assertThat(places.expire(2)).isEqualTo(1 + SECOND);
        assertThat(places.expire(1 + SECOND)).isEqualTo(WaitingLine.NEVER);
        assertThat(heard.words).containsExactly("queue-timeout");
        assertThat(places.waiting()).isZero();
        assertThat(places.taken()).isEqualTo(1);
    }

    @Test
    void whoCancelsHearsNothingAndKeepsNobodyElseWaiting() {
        Places places = places(1, 10);
        Heard gone = new Heard();
        Heard stays = new Heard();
        Waiter leaving = waiter(gone);
        places.tryEnter();
        places.await(leaving, 1);
        places.await(waiter(stays), 2);

        places.cancel(leaving);
        places.cancel(leaving);
        places.leave(3);

        assertThat(gone.words).isEmpty();
        assertThat(stays.words).containsExactly("admitted");
    }

    @Test
    void saysTheFirstRefusalAtOnceAndThenALineInTenSeconds() {
        Places places = places(1, 0);
        places.tryEnter();
        long start = 5 * SECOND;
        for (int i = 0; i < 100; i++) {
            places.await(waiter(new Heard()), start + i);
        }
        places.await(waiter(new Heard()), start + 10 * SECOND);

        assertThat(lines)
                .containsExactly(
                        "orders  overloaded  503 queue-full for 1 request: 1 of 1 places taken, 0 waiting",
                        "orders  overloaded  503 for 100 more requests, the newest queue-full: 1 of 1 places taken, 0 waiting");
    }

    @Test
    void allocatesNothingWhileNobodyWaits() {
        Places places = places(100, 100);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        enterAndLeave(places, 1_000);

        long before = threads.getThreadAllocatedBytes(thread);
        enterAndLeave(places, 10_000);
        long after = threads.getThreadAllocatedBytes(thread);

        assertThat(after - before).isLessThan(10_000);
    }

    private static void enterAndLeave(Places places, int times) {
        for (int i = 0; i < times; i++) {
            if (!places.tryEnter()) {
                throw new AssertionError("there are places");
            }
            places.leave(i);
        }
    }

    /// One request after the other on each of several threads; some cancel. Every request must hear the end of its wait: a wake-up that gets lost
    /// makes its thread wait for ever.
    @Test
    void noWakeUpIsLostAndNoPlaceAmongThreads() throws Exception {
        Places places = new Places(3, 4, 3600 * SECOND, new Refusals("orders", 3, _ -> {}));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger waited = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                running.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 20_000; i++) {
                                        one(places, random, inside, most, waited);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(waited.get()).as("the line was used").isPositive();
        assertThat(places.taken()).isZero();
        assertThat(places.waiting()).isZero();
    }

    private static void one(
            Places places,
            SplittableRandom random,
            AtomicInteger inside,
            AtomicInteger most,
            AtomicInteger waited)
            throws InterruptedException {
        boolean admitted = places.tryEnter();
        if (!admitted) {
            OnThread owner = new OnThread(places);
            Waiter waiter = new Waiter(Priority.values()[random.nextInt(4)], owner);
            switch (places.await(waiter, 1)) {
                case ADMITTED -> admitted = true;
                case FULL -> {}
                case WAITING -> {
                    waited.incrementAndGet();
                    if (random.nextInt(4) == 0 && owner.cancelled.compareAndSet(false, true)) {
                        places.cancel(waiter);
                    } else {
                        assertThat(owner.told.await(30, TimeUnit.SECONDS)).isTrue();
                        admitted = owner.admitted;
                    }
                }
            }
        }
        if (admitted) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            if (random.nextBoolean()) {
                Thread.yield();
            }
            inside.decrementAndGet();
            places.leave(1);
        }
    }

    /// Gives a place back that comes after it has been cancelled.
    private static final class OnThread implements Waiter.Owner {
        private final Places places;
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final CountDownLatch told = new CountDownLatch(1);
        private volatile boolean admitted;

        OnThread(Places places) {
            this.places = places;
        }

        @Override
        public void admitted() {
            if (cancelled.compareAndSet(false, true)) {
                admitted = true;
                told.countDown();
            } else {
                places.leave(1);
            }
        }

        @Override
        public void refused(Failure why) {
            told.countDown();
        }
    }
}
