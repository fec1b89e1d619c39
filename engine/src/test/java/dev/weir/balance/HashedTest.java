package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.RequestKey;
import dev.weir.schema.Percent;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for policies that hash.
class HashedTest {
    private static final long SEED = 141_421;

    private final Tried tried = new Tried();

    static List<Balance> hashing() {
        return List.of(
                Balance.hash(RequestKey.CLIENT_IP),
                Balance.ringHash(RequestKey.CLIENT_IP),
                Balance.hash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(125)),
                Balance.ringHash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(125)));
    }

    private static Service thousand(Balance balance) {
        int[] weights = new int[1_000];
        Arrays.fill(weights, 1);
        return Services.of(balance, weights);
    }

    private static Balancer balancer(Service service) {
        return new Balancers(service).forLoop(new SplittableRandom(SEED));
    }

    private static int[] slots(Endpoint[] owners, int endpoints) {
        int[] counts = new int[endpoints];
        for (Endpoint owner : owners) {
            counts[owner.position()]++;
        }
        return counts;
    }

    @Test
    void maglevSharesAThousandEndpointsToOnePerCent() {
        Service service = thousand(Balance.hash(RequestKey.CLIENT_IP));
        Endpoint[] owners = new Maglev(service.endpoints()).owners(service.members().usable());
        int most = Arrays.stream(slots(owners, 1_000)).max().orElseThrow();
        assertThat(most / (Maglev.SLOTS / 1_000.0)).isLessThanOrEqualTo(1.01);
    }

    /// Eisenbud et al. show the shape in figure 12; these are for 65,537 slots.
    @ParameterizedTest
    @CsvSource({"1, 0.65", "10, 3.33", "50, 8.18"})
    void maglevMovesFewSlotsWhenEndpointsFail(int failing, double percent) {
        Service service = thousand(Balance.hash(RequestKey.CLIENT_IP));
        Maglev maglev = new Maglev(service.endpoints());
        SplittableRandom random = new SplittableRandom(SEED);
        Endpoint[] before = maglev.owners(service.members().usable());
        double changed = 0;
        int rounds = 12;
        for (int round = 0; round < rounds; round++) {
            List<Endpoint> left = new ArrayList<>(service.endpoints());
            for (int i = 0; i < failing; i++) {
                left.remove(random.nextInt(left.size()));
            }
            Endpoint[] after = maglev.owners(left.toArray(Endpoint[]::new));
            for (int slot = 0; slot < after.length; slot++) {
                changed += before[slot] == after[slot] ? 0 : 1;
            }
        }
        assertThat(changed / rounds / Maglev.SLOTS * 100)
                .as("changed per cent of the table, seed %d", SEED)
                .isCloseTo(percent, Offset.offset(0.15 * percent));
    }

    @Test
    void aRingMovesOnlyTheKeysOfTheEndpointsThatFail() {
        Service service = thousand(Balance.ringHash(RequestKey.CLIENT_IP));
        Ring ring = new Ring(service.endpoints());
        Endpoint[] before = ring.owners(service.members().usable());
        List<Endpoint> left = new ArrayList<>(service.endpoints());
        left.removeIf(endpoint -> endpoint.position() % 20 == 0);
        Endpoint[] after = ring.owners(left.toArray(Endpoint[]::new));
        int moved = 0;
        for (int slot = 0; slot < after.length; slot++) {
            if (before[slot].position() % 20 != 0) {
                assertThat(after[slot]).isSameAs(before[slot]);
            } else {
                moved++;
            }
        }
        assertThat(moved / (double) after.length).isBetween(0.045, 0.055);
    }

    /// What one weight is, or whether an endpoint is there, moves no key between the others.
    @ParameterizedTest
    @CsvSource({"100-100-100, 100-100-99", "10-10-10, 10-10-10-15", "2-2-3, 2-2"})
    void aRingMovesNoKeyBetweenEndpointsWhoseWeightsStay(String one, String other) {
        Endpoint[] before = ring(one);
        Endpoint[] after = ring(other);
        int changes = 2;
        assertThat(before).hasSameSizeAs(after);
        for (int slot = 0; slot < after.length; slot++) {
            int from = before[slot].position();
            int to = after[slot].position();
            assertThat(from == to || from >= changes || to >= changes).isTrue();
        }
    }

    private static Endpoint[] ring(String text) {
        int[] weights = Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
        Service service = Services.of(Balance.ringHash(RequestKey.CLIENT_IP), weights);
        return new Ring(service.endpoints()).owners(service.members().usable());
    }

    @ParameterizedTest
    @CsvSource({"1-1-1-1-1", "1-2-3-10", "500-1000"})
    void aRingSharesByWeightToAQuarter(String text) {
        int[] weights = Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
        Service service = Services.of(Balance.ringHash(RequestKey.CLIENT_IP), weights);
        Endpoint[] owners = new Ring(service.endpoints()).owners(service.members().usable());
        int[] slots = slots(owners, weights.length);
        double total = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            assertThat(slots[i] / (double) owners.length)
                    .isCloseTo(weights[i] / total, Offset.offset(weights[i] / total / 4));
        }
    }

    @Test
    void aRingsSlotsBelongToTheFirstPointBehindThem() {
        Service service = Services.of(Balance.ringHash(RequestKey.CLIENT_IP), 1, 1, 1);
        Endpoint[] owners = new Ring(service.endpoints()).owners(service.members().usable());
        int bits = Integer.numberOfTrailingZeros(owners.length);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 2_000; i++) {
            int slot = i == 0 ? owners.length - 1 : random.nextInt(owners.length);
            long start = (long) slot << Long.SIZE - 1 - bits;
            Endpoint nearest = service.endpoints().getFirst();
            long least = Long.MAX_VALUE;
            for (Endpoint endpoint : service.endpoints()) {
                for (int point = 0; point < Ring.POINTS; point++) {
                    long place = Spread.hash(endpoint, point) >>> 1 & -1L << 24;
                    long distance = place - start & Long.MAX_VALUE;
                    if (distance < least) {
                        least = distance;
                        nearest = endpoint;
                    }
                }
            }
            assertThat(owners[slot]).isSameAs(nearest);
        }
    }

    @ParameterizedTest
    @MethodSource("hashing")
    void theSameKeyGoesToTheSameEndpointInEveryGatewayAndNextToTheSameOther(Balance balance) {
        Balancer one = balancer(Services.of(balance, 1, 2, 1, 1));
        Balancer other = balancer(Services.of(balance, 1, 2, 1, 1));
        SplittableRandom keys = new SplittableRandom(SEED);
        for (int i = 0; i < 2_000; i++) {
            long key = keys.nextLong();
            Tried here = new Tried();
            Tried there = new Tried();
            for (int attempt = 0; attempt < 4; attempt++) {
                Endpoint mine = one.pick(key, here, 0);
                Endpoint theirs = other.pick(key, there, 0);
                assertThat(mine.name()).isEqualTo(theirs.name());
                here.add(mine);
                there.add(theirs);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hashing")
    void anEndpointThatReturnsHasItsKeysAgain(Balance balance) {
        Service service = Services.of(balance, 1, 1, 1, 1);
        Balancer balancer = balancer(service);
        List<Endpoint> before = owners(balancer);
        Services.up(service, 2, false);
        assertThat(owners(balancer)).doesNotContain(service.endpoints().get(2));
        Services.up(service, 2, true);
        assertThat(owners(balancer)).isEqualTo(before);
    }

    private List<Endpoint> owners(Balancer balancer) {
        SplittableRandom keys = new SplittableRandom(SEED);
        List<Endpoint> owners = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            owners.add(balancer.pick(keys.nextLong(), tried, 0));
        }
        return owners;
    }

    @ParameterizedTest
    @CsvSource({"125, 1-1-1-1-1-1-1-1-1-1", "100, 1-1-1", "110, 1-2-5", "150, 7-1-1-1-3"})
    void noEndpointEverHasMoreThanItsBound(int percent, String text) {
        int[] weights = Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray();
        double total = Arrays.stream(weights).sum();
        for (Balance balance :
                List.of(
                        Balance.hash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(percent)),
                        Balance.ringHash(RequestKey.CLIENT_IP)
                                .withBoundedLoad(Percent.of(percent)))) {
            Service service = Services.of(balance, weights);
            Balancer balancer = balancer(service);
            SplittableRandom random = new SplittableRandom(SEED);
            List<Endpoint> inFlight = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                boolean more =
                        inFlight.isEmpty() || random.nextInt(1_000) < (i < 10_000 ? 520 : 480);
                if (!more) {
                    inFlight.remove(random.nextInt(inFlight.size())).state().end();
                    continue;
                }
                // Half of all requests have one of three keys.
                long key =
                        random.nextBoolean()
                                ? random.nextLong()
                                : random.nextInt(3) * 0x5555_5555_5555_5555L;
                Endpoint picked = balancer.pick(key, tried, 0);
                picked.state().begin();
                inFlight.add(picked);
                double share = picked.weight() / total * inFlight.size();
                assertThat((double) picked.state().inFlight())
                        .isLessThanOrEqualTo(Math.ceil(percent / 100.0 * share - 1e-9));
            }
        }
    }

    @Test
    void aBoundCountsWhatWasInFlightBeforeItWasMade() {
        Service service =
                Services.of(
                        Balance.hash(RequestKey.CLIENT_IP).withBoundedLoad(Percent.of(100)), 1, 1);
        Endpoint busy = service.endpoints().getFirst();
        for (int i = 0; i < 6; i++) {
            busy.state().begin();
        }
        Balancer balancer = balancer(service);
        SplittableRandom keys = new SplittableRandom(SEED);
        for (int i = 0; i < 6; i++) {
            Endpoint picked = balancer.pick(keys.nextLong(), tried, 0);
            assertThat(picked).hasToString("b");
            picked.state().begin();
        }
    }
}
