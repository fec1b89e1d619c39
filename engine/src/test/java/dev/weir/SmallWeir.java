package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.ConfigFile;
import dev.weir.config.Reading;
import dev.weir.observe.EventPrinter;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Transport;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Weir in a process of its own with little memory, and how it is from inside. The process ends with this object.
final class SmallWeir implements AutoCloseable {
    private final Process process;
    private final BufferedReader from;
    private final PrintWriter to;
    private final int port;

    /// @param heapAfterCollection bytes
    /// @param direct bytes that Netty's allocators hold
    record Inside(long heapAfterCollection, long direct, int descriptors) {}

    private SmallWeir(Process process) throws IOException {
        this.process = process;
        this.from =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.to =
                new PrintWriter(
                        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8),
                        true);
        String line = from.readLine();
        if (line == null) {
            throw new IOException("did not start");
        }
        this.port = Integer.parseInt(line);
    }

    /// @param megabytes of heap, and of direct memory
    /// @param before a command that runs another one, with its options
    static SmallWeir start(Path folder, String yaml, int megabytes, String... before)
            throws IOException {
        return start(folder, yaml, megabytes, Transport.Choice.AUTO, before);
    }

    /// As [#start(Path, String, int, String...)], on sockets driven as asked for.
    static SmallWeir start(
            Path folder, String yaml, int megabytes, Transport.Choice transport, String... before)
            throws IOException {
        Path file = folder.resolve("small.yaml");
        Files.writeString(file, "weir: 1\nlisteners: { web: \"127.0.0.1:0\" }\n" + yaml);
        List<String> words = new ArrayList<>(List.of(before));
        words.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + megabytes + "m",
                        "-XX:MaxDirectMemorySize=" + megabytes + "m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallWeir.class.getName(),
                        file.toString(),
                        transport.name()));
        ProcessBuilder command = new ProcessBuilder(words);
        command.redirectError(folder.resolve("small.err").toFile());
        return new SmallWeir(command.start());
    }

    int port() {
        return port;
    }

    /// Processor time spent so far.
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /// Objects on the heap by class after a collection, as `jcmd` prints them.
    String histogram() throws Exception {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(process.pid()),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(said).isZero();
        return said;
    }

    boolean alive() {
        return process.isAlive();
    }

    Inside inside() throws IOException {
        to.println("inside");
        String line = from.readLine();
        if (line == null) {
            throw new IOException("Weir has ended");
        }
        String[] parts = line.split(" ", -1);
        return new Inside(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public void close() throws Exception {
        to.close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static Weir start(Path file, Transport.Choice transport, EventPrinter events)
            throws Exception {
        return switch (ConfigFile.read(file, System::getenv)) {
            case Reading.Loaded loaded ->
                    Weir.start(
                            loaded.config(),
                            WeirOptions.DEFAULTS.withEvents(events).withTransport(transport));
            case Reading.Refused refused -> throw new IOException(refused.problems().toString());
        };
    }

    /// In the process: starts, says the port, then answers each line with figures until there are no more.
    public static void main(String[] arguments) throws Exception {
        try (EventPrinter events =
                        new EventPrinter(System.err, Clock.system(), ZoneId.systemDefault());
                Weir weir =
                        start(
                                Path.of(arguments[0]),
                                Transport.Choice.valueOf(arguments[1]),
                                events);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(weir.port("web"));
            while (lines.readLine() != null) {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                String[] descriptors = new File("/proc/self/fd").list();
                System.out.println(
                        (runtime.totalMemory() - runtime.freeMemory())
                                + " "
                                + PlatformDependent.usedDirectMemory()
                                + " "
                                + (descriptors == null ? 0 : descriptors.length));
            }
        }
    }
}
