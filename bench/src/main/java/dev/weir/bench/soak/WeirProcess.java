package dev.weir.bench.soak;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The real Weir, as a process of its own: `./weir run -c …`. Keeps every line that it writes. Thread-safe.
final class WeirProcess implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("  web +http://127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern WRONG =
            Pattern.compile("LEAK|Exception|Error\\b|internal error|^\\s+at ");

    /// How accept failures name what the EMFILE fault brings about on purpose.
    private static final String OUT_OF_DESCRIPTORS = "cannot accept";

    private static final long START_SECONDS = 180;

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private WeirProcess(Process process) {
        this.process = process;
    }

    /// Starts it and waits until it listens.
    ///
    /// @param root the folder of `weir`
    /// @param folder for its log, `weir.log`, and where it runs
    static WeirProcess start(Path root, Path folder, Path config, List<String> javaFlags)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(root.resolve("weir").toString(), "run", "-c", config.toString());
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("WEIR_JAVA_OPTS", String.join(" ", javaFlags));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        WeirProcess weir = new WeirProcess(builder.start());
        Thread.ofPlatform()
                .daemon()
                .name("weir's lines")
                .start(() -> weir.follow(folder.resolve("weir.log")));
        try {
            int _ = weir.port.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            weir.close();
            throw new IOException("Weir did not start:\n" + String.join("\n", weir.lines), e);
        }
        return weir;
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.join());
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /// How many lines it has written that contain this text.
    long lines(String text) {
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    /// What must never stand in its log: leaks, exceptions, bugs.
    List<String> wrongLines() {
        List<String> wrong = new ArrayList<>();
        for (String line : lines) {
            if (WRONG.matcher(line).find() && !line.contains(OUT_OF_DESCRIPTORS)) {
                wrong.add(line);
            }
        }
        return wrong;
    }

    /// What a diagnostic command of its JVM prints.
    String diagnose(String... command) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(pid()));
        words.addAll(List.of(command));
        return Commands.run(words.toArray(String[]::new));
    }

    /// Stops it in order, and if that takes too long, at once.
    ///
    /// @return its exit code, or -1 if it had to be killed
    int stop() throws InterruptedException {
        // Not by the process itself, which would close its output before its last words.
        process.toHandle().destroy();
        if (process.waitFor(40, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.destroyForcibly();
        return -1;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void follow(Path log) {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
                BufferedWriter out = Files.newBufferedWriter(log)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
                out.write(line + "\n");
                out.flush();
                Matcher address = ADDRESS.matcher(line);
                if (address.find()) {
                    port.complete(Integer.valueOf(address.group(1)));
                }
            }
        } catch (IOException e) {
            lines.add("its output broke off: " + e);
        }
        port.completeExceptionally(new IOException("it ended"));
    }
}
