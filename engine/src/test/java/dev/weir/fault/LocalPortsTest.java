package dev.weir.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Row 21: the machine has no local port left for another connection to an endpoint. Needs a network namespace of its own, and is
/// left out where that is not allowed.
@Faults
class LocalPortsTest {
    private static final int PORTS = 20;

    @TempDir Path folder;

    @Test
    void withoutLocalPortsRequestsAreRefusedAtOnceAndNoEndpointIsBlamed() throws Exception {
        Assumptions.assumeTrue(inNamespace(List.of("true")) == 0, "no network namespaces here");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FewPorts.class.getName(),
                        Integer.toString(PORTS));

        assertThat(inNamespace(command)).as(() -> said("err")).isZero();

        Map<String, Long> figures =
                said("out")
                        .lines()
                        .map(line -> line.split(" ", -1))
                        .collect(
                                Collectors.toMap(
                                        parts -> parts[0], parts -> Long.valueOf(parts[1])));
        assertThat(figures.get("crowd-200")).isBetween(2L * PORTS - 6, 2L * PORTS);
        assertThat(figures.get("crowd-503"))
                .isEqualTo(figures.get("crowd-all") - figures.get("crowd-200"))
                .isEqualTo(figures.get("crowd-retry-after"))
                .isPositive();
        assertThat(figures.get("refusal-millis"))
                .as("ms until the last one was refused, while the others took 1000")
                .isLessThan(400);
        assertThat(figures.get("after-200")).as("by connections that are there").isEqualTo(PORTS);
        assertThat(figures.get("connections-more")).isZero();
        assertThat(figures.get("lines")).as("no endpoint is ejected").isZero();
    }

    private String said(String stream) {
        try {
            return Files.readString(folder.resolve(stream));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Where `lo` is all there is, and local ports are few.
    private int inNamespace(List<String> command) throws Exception {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--net",
                                "sh",
                                "-c",
                                "ip link set lo up && echo '40000 %d' > /proc/sys/net/ipv4/ip_local_port_range && exec \"$@\""
                                        .formatted(40000 + PORTS - 1),
                                "sh"));
        words.addAll(command);
        try {
            Process process =
                    new ProcessBuilder(words)
                            .redirectOutput(folder.resolve("out").toFile())
                            .redirectError(folder.resolve("err").toFile())
                            .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it does not end: " + said("out") + said("err"));
            }
            return process.exitValue();
        } catch (IOException noSuchProgram) {
            return -1;
        }
    }
}
