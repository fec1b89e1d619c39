package dev.weir.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Everything that is started for a run: three endpoints in processes of their own, three in this process, Weir, and
/// the reader of its access log. Closing ends all of it; any thread may, also twice.
record Setting(
        WeirProcess weir,
        List<ChildEndpoint> children,
        List<EndpointServer> liars,
        History history,
        LogReader logReader,
        Path folder,
        Path gcLog)
        implements AutoCloseable {
    private static final int ENDPOINTS = 3;
    private static final String PIPE = "access.pipe";

    /// As in [#CONFIG].
    private static final History.Watch WATCH = new History.Watch(2, 3);

    private static final String CONFIG =
            """
            weir: 1
            listeners: { web: "127.0.0.1:0" }
            routes:
              - { name: work, match: { path: /work/** }, timeout: 4s, to: work }
              # Before an answer with a length begins, its endpoint computes the hash of a GiB.
              - { name: down, match: { path: /work/down }, timeout: 30s, to: work }
              - { name: lies, match: { path: /lies/** }, timeout: 4s, to: lies }
              - { name: small, match: { path: /small/** }, filters: [body-limit: %dB], timeout: 4s, to: work }
            services:
              work:
                endpoints: [%s]
                health: { path: /health, every: 1s, timeout: 500ms, up-after: 2, down-after: 3 }
                connections: { idle: 5s, connect-timeout: 2s }
                panic: 0%%
              lies:
                endpoints: [%s]
                health: { path: /health, every: 1s, timeout: 500ms, up-after: 2, down-after: 3 }
                connections: { idle: 5s, connect-timeout: 2s }
                panic: 0%%
                outliers: { eject: 2s, eject-max: 4s }
            limits: { memory: 12MiB, header-timeout: 3s, body-idle: 3s, keep-alive: 15s }
            logs: { access: { to: access.pipe } }
            drain: { delay: 0s, timeout: 10s }
            """;

    /// Starts all; what was started is ended again if something cannot be.
    ///
    /// @param root the folder of `weir`
    /// @param folder for configuration, logs and the access log's pipe
    static Setting start(Path root, Path folder) throws IOException {
        History history = new History(WATCH);
        List<ChildEndpoint> children = new ArrayList<>();
        List<EndpointServer> liars = new ArrayList<>();
        try {
            for (int i = 1; i <= ENDPOINTS; i++) {
                children.add(ChildEndpoint.start("work-" + i, history));
                liars.add(EndpointServer.start("lies-" + i, 0, history));
            }
            Path pipe = folder.resolve(PIPE);
            Commands.run("mkfifo", pipe.toString());
            Path config = folder.resolve("weir.yaml");
            String text =
                    CONFIG.formatted(
                            Ask.SMALL_LIMIT,
                            addresses(children.stream().map(ChildEndpoint::port).toList()),
                            addresses(liars.stream().map(EndpointServer::port).toList()));
            Files.writeString(config, text);
            Path gcLog = folder.resolve("gc.log");
            WeirProcess weir = WeirProcess.start(root, folder, config, javaFlags(gcLog));
            LogReader reader = LogReader.start(pipe, folder.resolve("failures.log"));
            return new Setting(
                    weir,
                    List.copyOf(children),
                    List.copyOf(liars),
                    history,
                    reader,
                    folder,
                    gcLog);
        } catch (IOException e) {
            endAll(children, liars);
            throw e;
        }
    }

    /// A heap that is touched at the start stays out of the slope of resident memory.
    static List<String> javaFlags(Path gcLog) {
        return List.of(
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:MaxDirectMemorySize=128m",
                "-XX:NativeMemoryTracking=summary",
                "-Dio.netty.leakDetection.level=paranoid",
                "-Xlog:gc:file=" + gcLog);
    }

    @Override
    public void close() {
        weir.close();
        endAll(children, liars);
        try {
            Files.deleteIfExists(folder.resolve(PIPE));
        } catch (IOException e) {
            // It stays in the folder of the run.
        }
    }

    private static void endAll(List<ChildEndpoint> children, List<EndpointServer> liars) {
        children.forEach(ChildEndpoint::close);
        for (EndpointServer liar : liars) {
            try {
                liar.close();
            } catch (IOException e) {
                // The process ends anyway.
            }
        }
    }

    private static String addresses(List<Integer> ports) {
        return String.join(", ", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    }
}
