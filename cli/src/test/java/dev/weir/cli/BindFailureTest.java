package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirConfig;
import dev.weir.listen.ListenerConfig;
import dev.weir.schema.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class BindFailureTest {
    private static final IOException FAILURE = new IOException("bind failed");

    @Test
    void namesTheListenerWhoseAddressIsNotThisMachines() {
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("good", ListenerConfig.of(new HostPort("127.0.0.1", 0)))
                        .withListener("far", ListenerConfig.of(new HostPort("192.0.2.1", 8080)));

        assertThat(BindFailure.explain(config, FAILURE))
                .isEqualTo(
                        "cannot listen on 192.0.2.1:8080 (listener \"far\"): this machine has no"
                                + " such address. Write :8080 for all it has.\n"
                                + "Nothing was started.");
    }

    @Test
    void noticesThatAListenerIsInTheWayOfAnother() throws IOException {
        int port = ProgramTest.freePort();
        WeirConfig config =
                WeirConfig.DEFAULTS
                        .withListener("all", ListenerConfig.of(port))
                        .withListener("one", ListenerConfig.of(new HostPort("127.0.0.1", port)));

        assertThat(BindFailure.explain(config, FAILURE))
                .contains("(listener \"one\")", "a listener before it in the same configuration");
    }

    @Test
    void saysThatANameIsNotKnown() {
        WeirConfig config =
                WeirConfig.DEFAULTS.withListener(
                        "web", ListenerConfig.of(new HostPort("nowhere.invalid", 8080)));

        assertThat(BindFailure.explain(config, FAILURE)).contains("no address is known");
    }

    @Test
    void passesOnWhatElseWentWrong() {
        assertThat(BindFailure.explain(WeirConfig.DEFAULTS, FAILURE))
                .isEqualTo("cannot start: bind failed\nNothing was started.");
    }

    @Test
    void letsGoOfEveryAddressItTriedOut() throws IOException {
        int port = ProgramTest.freePort();
        WeirConfig config =
                WeirConfig.DEFAULTS.withListener(
                        "web", ListenerConfig.of(new HostPort("127.0.0.1", port)));

        String said = BindFailure.explain(config, FAILURE);

        assertThat(said).contains("bind failed");
        try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(again.isBound()).isTrue();
        }
    }
}
