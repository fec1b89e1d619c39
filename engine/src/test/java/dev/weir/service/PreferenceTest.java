package dev.weir.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schema.Percent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// In a picture `p` is a primary that is up, `b` a backup that is up; `P` and `B` are down, `S` is a silent primary.
class PreferenceTest {
    @ParameterizedTest
    @CsvSource({
        "ppbb, pp..",
        "pPbb, p...",
        "PPbb, ..bb",
        "PPPb, ...b",
        "PPPbBB, ...b..",
        "PPBB, panic PPBB",
        "SSb, ..b",
        "SPB, panic .PB",
        "pp, pp",
        "bb, bb",
    })
    void backupsAreUsedOnlyWhenNothingElseWorks(String picture, String used) {
        List<Endpoint> endpoints = endpoints(picture);
        Eligible eligible = Preference.eligible(endpoints, Percent.of(30));
        StringBuilder shown = new StringBuilder(eligible.panic() ? "panic " : "");
        for (Endpoint endpoint : endpoints) {
            boolean in = Arrays.asList(eligible.usable()).contains(endpoint);
            shown.append(in ? picture.charAt(endpoint.position()) : '.');
        }
        assertThat(shown).hasToString(used);
    }

    private static List<Endpoint> endpoints(String picture) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (char c : picture.toCharArray()) {
            Endpoint endpoint = endpoint(endpoints.size(), 1, c == 'b' || c == 'B', "");
            endpoint.state().up(Character.isLowerCase(c));
            endpoint.state().silent(c == 'S');
            endpoints.add(endpoint);
        }
        return endpoints;
    }

    private static Endpoint endpoint(int position, int weight, boolean backup, String zone) {
        return new Endpoint(
                "e" + position,
                InetSocketAddress.createUnresolved("e", 80),
                position,
                weight,
                backup,
                zone,
                new EndpointState());
    }

    /// Of ten endpoints of weight 2 each in zones a and b, so many are usable; what share of the requests leaves zone a?
    @ParameterizedTest
    @CsvSource({
        "10, 10, 0",
        "8, 10, 0",
        "7, 10, 0.02",
        "5, 10, 0.3",
        "1, 10, 0.86",
        "5, 1, 0.1667"
    })
    void requestsLeaveTheZoneWhenLessThan71PercentOfItIsUsable(int own, int away, double leaves) {
        List<Endpoint> endpoints = new ArrayList<>();
        List<Endpoint> usable = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Endpoint endpoint = endpoint(i, 2, false, i < 10 ? "a" : "b");
            endpoints.add(endpoint);
            if (i < 10 ? i < own : i - 10 < away) {
                usable.add(endpoint);
            }
        }
        double part = Preference.awayPart("a", endpoints, usable.toArray(Endpoint[]::new));
        assertThat(part * away / (own + part * away)).isCloseTo(leaves, Offset.offset(1e-4));
    }

    @Test
    void zonesDoNotMatterWhereThereIsNoChoice() {
        List<Endpoint> endpoints = List.of(endpoint(0, 1, false, "a"), endpoint(1, 1, false, "b"));
        Endpoint[] all = endpoints.toArray(Endpoint[]::new);
        assertThat(Preference.awayPart("", endpoints, all)).isEqualTo(1);
        assertThat(Preference.awayPart("c", endpoints, all)).isEqualTo(1);
        assertThat(Preference.awayPart("b", endpoints, new Endpoint[] {all[0]})).isEqualTo(1);
        assertThat(Preference.awayPart("a", endpoints, new Endpoint[] {all[0]})).isEqualTo(1);
        assertThat(Preference.awayPart("a", endpoints, new Endpoint[0])).isEqualTo(1);
        assertThat(Preference.awayPart("a", endpoints, all)).isZero();
    }
}
