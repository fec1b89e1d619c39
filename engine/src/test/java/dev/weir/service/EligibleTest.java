package dev.weir.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schema.Percent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which endpoints may get requests, by what is known of each. In a picture `u` is up, `e` ejected, `r` returning, `w`
/// returning and waiting, `d` down, `s` down and silent.
class EligibleTest {
    private static final Percent HALF = Percent.of(50);

    @Test
    void endpointsThatAreUpAreUsedAndOthersAreNot() {
        assertThat(usable("uedur", HALF)).isEqualTo("u..ur");
        assertThat(usable("uuuu", HALF)).isEqualTo("uuuu");
    }

    @Test
    void atTheThresholdThereIsNoPanic() {
        assertThat(usable("ud", HALF)).isEqualTo("u.");
        assertThat(usable("uued", HALF)).isEqualTo("uu..");
    }

    @Test
    void belowTheThresholdAllThatAnswerAreUsed() {
        assertThat(usable("ued", HALF)).isEqualTo("panic ued");
        assertThat(usable("dd", HALF)).isEqualTo("panic dd");
    }

    @Test
    void panicLeavesSilentEndpointsOut() {
        assertThat(usable("used", HALF)).isEqualTo("panic u.ed");
        assertThat(usable("sds", HALF)).isEqualTo("panic .d.");
    }

    @Test
    void whereNothingAnswersThereIsNothingToUse() {
        assertThat(usable("ss", HALF)).isEqualTo("..");
    }

    @Test
    void itIsNoPanicIfItWouldChangeNothing() {
        assertThat(usable("uss", HALF)).isEqualTo("u..");
    }

    @Test
    void aThresholdOfNothingIsNoPanicEver() {
        assertThat(usable("dde", Percent.NONE)).isEqualTo("...");
    }

    @Test
    void anEndpointThatWaitsForItsTriesGetsNoMore() {
        assertThat(usable("uuw", HALF)).isEqualTo("uu.");
    }

    @Test
    void anEndpointThatWaitsForItsTriesIsBetterThanNone() {
        assertThat(usable("w", HALF)).isEqualTo("w");
        assertThat(usable("ws", Percent.NONE)).isEqualTo("w.");
    }

    @Test
    void anEndpointThatWaitsIsNoReasonToPanic() {
        assertThat(usable("uwd", HALF)).isEqualTo("u..");
    }

    private static String usable(String picture, Percent panic) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (char each : picture.toCharArray()) {
            endpoints.add(endpoint(endpoints.size(), each));
        }
        Eligible eligible = Eligible.of(endpoints, panic);
        StringBuilder shown = new StringBuilder(".".repeat(picture.length()));
        for (Endpoint endpoint : eligible.usable()) {
            shown.setCharAt(endpoint.position(), picture.charAt(endpoint.position()));
        }
        return (eligible.panic() ? "panic " : "") + shown;
    }

    private static Endpoint endpoint(int position, char look) {
        EndpointState state = new EndpointState();
        switch (look) {
            case 'u' -> state.up(true);
            case 'e' -> state.happened(Standing.Event.MISBEHAVED);
            case 'r', 'w' -> {
                state.happened(Standing.Event.MISBEHAVED);
                state.happened(Standing.Event.TIME_OVER);
                state.waiting(look == 'w');
            }
            case 'd', 's' -> {
                state.up(false);
                state.silent(look == 's');
            }
            default -> throw new IllegalArgumentException("no such look: " + look);
        }
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("e" + position, 80);
        return new Endpoint("e" + position, nowhere, position, 1, state);
    }
}
