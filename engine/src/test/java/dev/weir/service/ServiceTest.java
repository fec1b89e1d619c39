package dev.weir.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private final Service empty = new Service("pages", ServiceConfig.DEFAULTS, List.of());

    private static Listing at(int number) {
        return Listing.of(
                new InetSocketAddress(
                        InetAddress.ofLiteral("10.0." + number / 250 + "." + (1 + number % 250)),
                        8080));
    }

    private static List<Listing> list(int... numbers) {
        return IntStream.of(numbers).mapToObj(ServiceTest::at).toList();
    }

    @Test
    void endpointsThatStayAreTheSameAndTheOthersTakeFreePositions() {
        Service first = empty.with(list(1, 2, 3));
        Endpoint stays = first.endpoints().get(2);
        Endpoint leaves = first.endpoints().get(0);
        Service next = first.with(list(4, 3, 2, 5));

        assertThat(next.endpoints())
                .extracting(Endpoint::name)
                .containsExactly(
                        "10.0.0.5:8080", "10.0.0.4:8080", "10.0.0.3:8080", "10.0.0.6:8080");
        assertThat(next.endpoints()).extracting(Endpoint::position).containsExactly(0, 2, 1, 3);
        assertThat(next.endpoints().get(1)).isSameAs(stays);
        assertThat(next.holds(stays)).isTrue();
        assertThat(next.holds(leaves)).as("its position has somebody else").isFalse();
        assertThat(first.holds(leaves)).isTrue();
        assertThat(new Succession(first, next).stays(0)).isFalse();
        assertThat(new Succession(first, next).stays(1)).isTrue();
        assertThat(new Succession(first, next).stays(3)).isFalse();
    }

    @Test
    void anEndpointThatWeighsOtherwiseKeepsItsStateAndPosition() {
        Service first = empty.with(list(1, 2));
        Endpoint light = first.endpoints().get(1);
        Listing heavy = new Listing(at(2).name(), at(2).address(), 7, false, "");
        Endpoint now = first.with(List.of(heavy)).endpoints().getFirst();
        assertThat(now.weight()).isEqualTo(7);
        assertThat(now.state()).isSameAs(light.state());
        assertThat(now.position()).isEqualTo(1);
    }

    @Test
    void anAddressThatIsListedTwiceCountsOnce() {
        assertThat(empty.with(list(1, 2, 1)).endpoints()).hasSize(2);
    }

    @Test
    void anEndpointThatComesBackIsANewOne() {
        Service first = empty.with(list(1, 2));
        Endpoint before = first.endpoints().getFirst();
        Service again = first.with(list(2)).with(list(1, 2));
        assertThat(again.holds(before)).isFalse();
    }

    @Test
    void zonesDoNotMatterWhereNobodySaysThem() {
        Service inZone = new Service("pages", ServiceConfig.DEFAULTS, "a", List.of());
        Service found = inZone.with(list(1));
        assertThat(found.away(found.endpoints().getFirst())).isFalse();
        Listing elsewhere = new Listing(at(2).name(), at(2).address(), 1, false, "b");
        Service both = found.with(List.of(at(1), elsewhere));
        assertThat(both.endpoints()).extracting(both::away).containsExactly(true, true);
    }

    @Test
    void positionsStayAsFewAsTheLongestListNeeds() {
        SplittableRandom random = new SplittableRandom(271);
        Service service = empty;
        for (int i = 0; i < 1000; i++) {
            int[] numbers = random.ints(random.nextInt(1, 20), 0, 100).distinct().toArray();
            service = service.with(list(numbers));
            assertThat(service.slots()).isLessThanOrEqualTo(20);
            assertThat(service.endpoints()).extracting(Endpoint::position).doesNotHaveDuplicates();
            assertThat(service.members().usable()).hasSize(numbers.length);
        }
    }
}
