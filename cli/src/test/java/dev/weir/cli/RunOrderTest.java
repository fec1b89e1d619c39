package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.Transport;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOrderTest {
    @Test
    void readsTheUsualFormsOfRun() {
        assertThat(RunOrder.plain(List.of())).contains(RunOrder.NONE);
        assertThat(RunOrder.plain(List.of("-c", "my file.yaml", "--loops", "2")))
                .contains(
                        new RunOrder(
                                Optional.of(Path.of("my file.yaml")),
                                List.of(),
                                List.of(),
                                Optional.of(2),
                                Transport.Choice.AUTO,
                                false));
        assertThat(
                        RunOrder.plain(
                                List.of(
                                        "--listen",
                                        ":3000",
                                        "--to",
                                        "10.0.0.1:81",
                                        "--to",
                                        "10.0.0.2:81",
                                        "--transport",
                                        "epoll")))
                .contains(
                        new RunOrder(
                                Optional.empty(),
                                List.of(HostPort.parse(":3000")),
                                List.of(
                                        EndpointAddress.parse("10.0.0.1:81"),
                                        EndpointAddress.parse("10.0.0.2:81")),
                                Optional.empty(),
                                Transport.Choice.EPOLL,
                                false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-c",
                "-c a -c b",
                "-c --loops",
                "-c @words",
                "-c a --to 127.0.0.1:1",
                "--config=a",
                "--listen :1",
                "--listen :1 --to :1",
                "--listen x --to 127.0.0.1:1",
                "--loops 0",
                "--loops two",
                "--loops 1 --loops 2",
                "--transport fast",
                "--port 1",
                "a b"
            })
    void leavesHelpMistakesAndRarerFormsToTheWholeCommandLine(String words) {
        assertThat(RunOrder.plain(List.of(words.split(" ")))).isEmpty();
    }
}
