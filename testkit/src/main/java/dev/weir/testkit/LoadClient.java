package dev.weir.testkit;

import java.time.Duration;

/// A closed-loop load of keep-alive connections to 127.0.0.1: each sends a request, waits for its answer, sends the
/// next. Every request carries a unique `X-Test-Id`, and every answer is checked for `X-Echo-Id`, as the
/// ready-made {@link Behaviours} send it. A request that failed is not repeated. Bounded in count and time. Immutable.
///
/// @param connections how many at once
/// @param requests    how many in all
/// @param host        what the `Host` header says
/// @param target      what the request line says
/// @param bodyBytes   0 for a GET, else the size of the body of a POST
/// @param patience    for connecting and for each wait for bytes
/// @param atMost      for the whole run; what has not been sent by then is not sent
public record LoadClient(
        int port,
        int connections,
        int requests,
        String host,
        String target,
        int bodyBytes,
        Duration patience,
        Duration atMost) {
    private static final int MOST_REQUESTS = 10_000_000;

    public LoadClient {
        if (connections < 1 || connections > 10_000 || requests < 1 || requests > MOST_REQUESTS) {
            throw new IllegalArgumentException(
                    "1 to 10,000 connections and 1 to "
                            + MOST_REQUESTS
                            + " requests, not "
                            + connections
                            + " and "
                            + requests);
        }
    }

    /// GET `/` over one connection, once; 5 s of patience, a minute in all.
    public static LoadClient to(int port) {
        return new LoadClient(
                port,
                1,
                1,
                "127.0.0.1:" + port,
                "/",
                0,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1));
    }

    public LoadClient withConnections(int count) {
        return new LoadClient(port, count, requests, host, target, bodyBytes, patience, atMost);
    }

    public LoadClient withRequests(int count) {
        return new LoadClient(port, connections, count, host, target, bodyBytes, patience, atMost);
    }

    public LoadClient withHost(String name) {
        return new LoadClient(
                port, connections, requests, name, target, bodyBytes, patience, atMost);
    }

    public LoadClient withTarget(String path) {
        return new LoadClient(port, connections, requests, host, path, bodyBytes, patience, atMost);
    }

    /// POST with a body of this size instead of GET.
    public LoadClient withBodyBytes(int size) {
        return new LoadClient(port, connections, requests, host, target, size, patience, atMost);
    }

    public LoadClient withPatience(Duration time) {
        return new LoadClient(port, connections, requests, host, target, bodyBytes, time, atMost);
    }

    public LoadClient withAtMost(Duration time) {
        return new LoadClient(port, connections, requests, host, target, bodyBytes, patience, time);
    }

    /// Runs the load to its end.
    public LoadReport run() {
        return start().await();
    }

    /// Starts the load and returns at once.
    public Load start() {
        return new Load(this);
    }
}
