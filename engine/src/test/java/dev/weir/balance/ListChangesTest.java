package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.RequestKey;
import dev.weir.schema.Percent;
import dev.weir.service.Attempt;
import dev.weir.service.Endpoint;
import dev.weir.service.Listing;
import dev.weir.service.Service;
import dev.weir.service.ServiceConfig;
import dev.weir.service.Succession;
import dev.weir.service.Tried;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a balancer does when its list of endpoints changes while it runs.
class ListChangesTest {
    private static final long SEED = 662_607;
    private static final long SECOND = 1_000_000_000L;
    private static final RequestKey KEY = RequestKey.parse("header.X-Key");

    private final Tried tried = new Tried();
    private final SplittableRandom random = new SplittableRandom(SEED);

    static List<Balance> all() {
        List<Balance> all = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            all.add(Balance.of(policy));
        }
        all.add(Balance.Probed.DEFAULTS);
        all.add(Balance.hash(KEY));
        all.add(Balance.hash(KEY).withBoundedLoad(Percent.of(125)));
        all.add(Balance.ringHash(KEY));
        return all;
    }

    /// A service, its balancers and one loop's balancer, taken from list to list.
    private final class Running {
        private Service service;
        private Balancers balancers;
        private Balancer balancer;

        Running(Balance balance, SlowStartConfig slowStart, int... endpoints) {
            ServiceConfig config =
                    ServiceConfig.DEFAULTS.withBalance(balance).withSlowStart(slowStart);
            service = new Service("test", config, List.of()).with(list(endpoints));
            balancers = new Balancers(service);
            balancer = balancers.forLoop(random.split());
        }

        void change(int... endpoints) {
            Service next = service.with(list(endpoints));
            balancers = balancers.next(next);
            balancer =
                    balancers.forLoop(
                            random.split(), balancer, new Succession(service, next), Prober.NONE);
            service = next;
        }

        Endpoint pick(long key, long nowNanos) {
            Endpoint picked = balancer.pick(key, tried, nowNanos);
            if (picked == null) {
                throw new AssertionError("nobody was picked");
            }
            return picked;
        }

        void answer(Endpoint endpoint, long latencyNanos, long nowNanos) {
            Attempt attempt = new Attempt();
            attempt.begin(endpoint, nowNanos - latencyNanos);
            attempt.sent(nowNanos - latencyNanos);
            attempt.answered(200, nowNanos);
            balancer.learn(attempt);
            attempt.end();
        }
    }

    private static List<Listing> list(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(
                        number ->
                                Listing.of(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral(
                                                        "10.0."
                                                                + number / 250
                                                                + "."
                                                                + number % 250),
                                                80)))
                .toList();
    }

    private static int number(Endpoint endpoint) {
        byte[] address = endpoint.address().getAddress().getAddress();
        return (address[2] & 0xff) * 250 + (address[3] & 0xff);
    }

    @ParameterizedTest
    @MethodSource("all")
    void picksExactlyThoseThatAreListedThroughAThousandChanges(Balance balance) {
        Running running = new Running(balance, SlowStartConfig.OFF, 1);
        boolean table = balance instanceof Balance.Hash || balance instanceof Balance.RingHash;
        int changes = table ? 50 : 1000;
        for (int i = 0; i < changes; i++) {
            int[] now = random.ints(random.nextInt(1, 50), 1, 100).distinct().toArray();
            running.change(now);
            Set<Integer> picked = new HashSet<>();
            for (int j = 0; j < 4 * now.length; j++) {
                Endpoint endpoint = running.pick(random.nextLong(), i * SECOND);
                picked.add(number(endpoint));
                running.answer(endpoint, 1_000_000, i * SECOND);
            }
            assertThat(IntStream.of(now).boxed().toList()).containsAll(picked);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anEmptyListPicksNobodyAndALaterOneSomebody(Balance balance) {
        Running running = new Running(balance, SlowStartConfig.OFF);
        assertThat(running.balancer.pick(1, tried, 0)).isNull();
        running.change(7);
        assertThat(number(running.pick(1, 0))).isEqualTo(7);
        running.change();
        assertThat(running.balancer.pick(1, tried, 0)).isNull();
    }

    @Test
    void onlyTheKeysOfTheOneThatLeavesMoveOnARing() {
        assertThat(moved(Balance.ringHash(KEY), range(1, 21), range(1, 20))).isZero();
    }

    @Test
    void fewOtherKeysMoveInAMaglevTable() {
        assertThat(moved(Balance.hash(KEY), range(1, 21), range(1, 20))).isLessThan(0.03);
        assertThat(moved(Balance.hash(KEY), range(1, 20), range(1, 21))).isLessThan(0.03);
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    /// The share of keys that went from one that stays to another one that was there before.
    private double moved(Balance balance, int[] before, int[] after) {
        Running running = new Running(balance, SlowStartConfig.OFF, before);
        int keys = 20_000;
        Map<Long, Integer> owners = new HashMap<>();
        SplittableRandom source = new SplittableRandom(SEED);
        for (int i = 0; i < keys; i++) {
            long key = source.nextLong();
            owners.put(key, number(running.pick(key, 0)));
        }
        running.change(after);
        Set<Integer> listed = new HashSet<>(IntStream.of(after).boxed().toList());
        Set<Integer> old = new HashSet<>(IntStream.of(before).boxed().toList());
        long moved =
                owners.entrySet().stream()
                        .filter(entry -> listed.contains(entry.getValue()))
                        .filter(
                                entry -> {
                                    int now = number(running.pick(entry.getKey(), 0));
                                    return now != entry.getValue() && old.contains(now);
                                })
                        .count();
        return (double) moved / keys;
    }

    @Test
    void roundRobinGoesOnBehindTheLastOne() {
        Running running = new Running(Balance.ROUND_ROBIN, SlowStartConfig.OFF, 1, 2, 3, 4);
        assertThat(picks(running, 2)).containsExactly(1, 2);
        running.change(1, 2, 4, 5);
        assertThat(picks(running, 2)).containsExactly(4, 5);
        running.change(1, 2, 3, 4);
        assertThat(picks(running, 3)).as("5 has left: behind 4").containsExactly(1, 2, 3);
    }

    @Test
    void roundRobinFavoursNobodyWhenTheListChangesAllTheTime() {
        Running running = new Running(Balance.ROUND_ROBIN, SlowStartConfig.OFF, 1, 2, 3, 4);
        int[] counts = new int[5];
        for (int i = 0; i < 1000; i++) {
            running.change(i % 2 == 0 ? new int[] {1, 2, 3, 4, 9} : new int[] {1, 2, 3, 4});
            for (int number : picks(running, 3)) {
                counts[number < 5 ? number : 0]++;
            }
        }
        double mean = (counts[1] + counts[2] + counts[3] + counts[4]) / 4.0;
        for (int number = 1; number < 5; number++) {
            assertThat(counts[number] / mean).isBetween(0.95, 1.05);
        }
    }

    private static List<Integer> picks(Running running, int count) {
        return IntStream.range(0, count).mapToObj(_ -> number(running.pick(0, 0))).toList();
    }

    static List<Balance> byLatency() {
        return List.of(Balance.PEAK_EWMA, Balance.PREQUAL, Balance.Probed.DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void whatIsKnownOfASlowOneIsNotForgotten(Balance balance) {
        Running running = new Running(balance, SlowStartConfig.OFF, 1, 2, 3);
        for (int i = 0; i < 30; i++) {
            for (Endpoint endpoint : running.service.endpoints()) {
                running.answer(endpoint, number(endpoint) == 1 ? SECOND : 1_000_000, SECOND);
            }
        }
        running.change(3, 1, 4);
        running.answer(running.service.endpoints().get(2), 1_000_000, SECOND);
        for (int i = 0; i < 200; i++) {
            assertThat(number(running.pick(0, SECOND))).isNotEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("byLatency")
    void aSlowOneIsTriedAgainHoweverOftenTheListChanges(Balance balance) {
        Running running = new Running(balance, SlowStartConfig.OFF, 1, 2, 3);
        for (int i = 0; i < 30; i++) {
            for (Endpoint endpoint : running.service.endpoints()) {
                running.answer(endpoint, number(endpoint) == 1 ? SECOND : 1_000_000, SECOND);
            }
        }
        boolean tried = false;
        for (int second = 1; second < 60 && !tried; second++) {
            running.change(second % 2 == 0 ? new int[] {1, 2, 3} : new int[] {1, 2, 3, 4});
            for (int i = 0; i < 50; i++) {
                long now = second * SECOND + i * SECOND / 50;
                Endpoint picked = running.pick(0, now);
                tried |= number(picked) == 1;
                running.answer(picked, 1_000_000, now);
            }
        }
        assertThat(tried).as("the slow one was asked within a minute").isTrue();
    }

    @Test
    void whoJoinsWarmsUpAndWhoWarmsGoesOnWarming() {
        Running running =
                new Running(Balance.RANDOM, SlowStartConfig.of(Duration.ofSeconds(60)), 1, 2, 3, 4);
        running.pick(0, 0);
        running.change(1, 2, 3, 4, 5);
        running.pick(0, 0);
        assertThat(share(running, 5, 6)).isBetween(0.01, 0.04);
        running.change(1, 2, 3, 5);
        assertThat(share(running, 5, 30)).isBetween(0.11, 0.18);
        assertThat(share(running, 5, 61)).isBetween(0.22, 0.28);
    }

    @Test
    void whereAllAreNewNobodyWarmsUp() {
        Running running =
                new Running(Balance.RANDOM, SlowStartConfig.of(Duration.ofSeconds(60)), 1, 2);
        running.pick(0, 0);
        running.change(3, 4);
        assertThat(share(running, 3, 1)).isBetween(0.47, 0.53);
    }

    private static double share(Running running, int number, int second) {
        int picks = 20_000;
        int count = 0;
        for (int i = 0; i < picks; i++) {
            count += number(running.pick(i, second * SECOND)) == number ? 1 : 0;
        }
        return (double) count / picks;
    }

    @Test
    void theBoundCountsOnlyWhatIsInFlight() {
        Running running =
                new Running(
                        Balance.hash(KEY).withBoundedLoad(Percent.of(100)),
                        SlowStartConfig.OFF,
                        1,
                        2);
        Endpoint stays = running.service.endpoints().get(0);
        stays.state().begin();
        running.change(1, 3);
        running.change(1, 4);
        // One in flight of two places each: the next one goes to the other, whatever the key.
        for (long key = 0; key < 100; key++) {
            assertThat(number(running.pick(key * 0x9e37_79b9_7f4a_7c15L, 0))).isEqualTo(4);
        }
        stays.state().end();
    }
}
