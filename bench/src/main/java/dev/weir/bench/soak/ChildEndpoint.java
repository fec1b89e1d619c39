package dev.weir.bench.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An endpoint in a process of its own, for what only a process can suffer: SIGKILL and SIGSTOP. Passes on
/// what it writes to an [EndpointLog]. Confined to the thread that injects faults.
final class ChildEndpoint implements AutoCloseable {
    private final String name;
    private final EndpointLog log;
    private int port;
    private Process process;
    private Thread reader;

    private ChildEndpoint(String name, EndpointLog log, Process process) throws IOException {
        this.name = name;
        this.log = log;
        this.process = process;
        this.reader = follow(process.inputReader(StandardCharsets.US_ASCII));
    }

    /// Starts it on a free port.
    static ChildEndpoint start(String name, EndpointLog log) throws IOException {
        return new ChildEndpoint(name, log, launch(name, 0));
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /// Ends the process as nothing else can, and takes in the last lines that it wrote.
    void kill() throws IOException {
        process.destroyForcibly();
        try {
            boolean _ = process.waitFor(10, TimeUnit.SECONDS);
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Starts it again on the same port.
    void revive() throws IOException {
        process = launch(name, port);
        reader = follow(process.inputReader(StandardCharsets.US_ASCII));
    }

    /// Stops its threads, all at once; the kernel goes on accepting for it.
    void freeze() throws IOException {
        Commands.run("kill", "-STOP", Long.toString(process.pid()));
    }

    void thaw() throws IOException {
        Commands.run("kill", "-CONT", Long.toString(process.pid()));
    }

    /// What health checks hear from now on.
    void healthy(boolean answer) throws IOException {
        process.getOutputStream().write(Body.latin1(answer ? "healthy\n" : "unhealthy\n"));
        process.getOutputStream().flush();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Process launch(String name, int port) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classpath = System.getProperty("java.class.path");
        List<String> command =
                List.of(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classpath,
                        EndpointProcess.class.getName(),
                        name,
                        Integer.toString(port));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /// Reads its first line, and the others on a thread.
    private Thread follow(BufferedReader lines) throws IOException {
        String first = lines.readLine();
        if (first == null || !first.startsWith("port ")) {
            throw new IOException("endpoint " + name + " did not start: " + first);
        }
        port = Integer.parseInt(first.substring(5));
        return Thread.ofPlatform()
                .daemon()
                .name("log of " + name)
                .start(
                        () -> {
                            try {
                                for (String line = lines.readLine();
                                        line != null;
                                        line = lines.readLine()) {
                                    take(line.split(" ", -1));
                                }
                            } catch (IOException e) {
                                // Killed: its last line was the one before.
                            }
                        });
    }

    private void take(String[] words) {
        switch (words[0]) {
            case "received" -> log.received(name, words[2], words[3], Long.parseLong(words[1]));
            case "read" -> {
                boolean whole = words.length == 4;
                log.read(
                        name,
                        words[1],
                        whole ? Long.parseLong(words[2]) : 0,
                        whole ? words[3] : "",
                        whole);
            }
            case "checked" -> log.checked(name, words[2].equals("good"), Long.parseLong(words[1]));
            default -> throw new IllegalStateException("endpoint " + name + " wrote " + words[0]);
        }
    }
}
