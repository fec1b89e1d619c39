package dev.weir;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.config.ConfigFile;
import dev.weir.config.ProblemReport;
import dev.weir.config.Reading;
import dev.weir.route.Action;
import dev.weir.route.RouteConfig;
import dev.weir.schema.HostPort;
import dev.weir.service.EndpointConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Weir, running.
@SuppressWarnings("NullAway")
public final class Weir implements AutoCloseable {
    private final Map<String, HttpServer> servers = new LinkedHashMap<>();
    private final WeirConfig config;
    private final WeirOptions options;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<HostPort, Integer> bad = new ConcurrentHashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile boolean closed;

    private Weir(WeirConfig config, WeirOptions options) {
        this.config = config;
        this.options = options;
    }

    public static Weir start(Path file) throws InvalidConfiguration, IOException {
        return switch (ConfigFile.read(file, System::getenv)) {
            case Reading.Loaded loaded ->
                    start(loaded.config(), WeirOptions.DEFAULTS.withDirectory(loaded.directory()));
            case Reading.Refused refused ->
                    throw new InvalidConfiguration(
                            new ProblemReport(refused.sources(), false)
                                    .render(refused.problems(), "nothing was started."),
                            refused.problems());
        };
    }

    public static Weir start(WeirConfig config) throws InvalidConfiguration, IOException {
        return start(config, WeirOptions.DEFAULTS);
    }

    public static Weir start(WeirConfig config, WeirOptions options)
            throws InvalidConfiguration, IOException {
        Weir weir = new Weir(config, options);
        try {
            for (var e : config.listeners().entrySet()) {
                HostPort at = e.getValue().listen();
                HttpServer server =
                        HttpServer.create(
                                at.host().isEmpty()
                                        ? new InetSocketAddress(at.port())
                                        : new InetSocketAddress(at.host(), at.port()),
                                0);
                server.createContext("/", weir::handle);
                server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
                weir.servers.put(e.getKey(), server);
            }
        } catch (IOException e) {
            weir.close();
            throw e;
        }
        weir.servers.values().forEach(HttpServer::start);
        Thread.ofVirtual().start(weir::check);
        return weir;
    }

    private void check() {
        while (!closed) {
            config.services()
                    .forEach(
                            (name, service) -> {
                                if (service.health().isPresent()) {
                                    service.endpoints().forEach(e -> check(name, e.address()));
                                }
                            });
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void check(String service, HostPort at) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(at.host(), at.port()), 500);
            var path = config.services().get(service).health().get().path();
            if (path.isPresent()
                    && client.send(
                                            HttpRequest.newBuilder(
                                                            URI.create("http://" + at + path.get()))
                                                    .timeout(java.time.Duration.ofMillis(500))
                                                    .build(),
                                            HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            >= 400) {
                throw new IOException("status");
            }
            if (bad.getOrDefault(at, 0) >= 3) {
                options.events().say(service + "  " + at + "  up  status 200 (2 of 2)");
            }
            bad.remove(at);
        } catch (IOException | InterruptedException e) {
            if (bad.merge(at, 1, Integer::sum) == 3) {
                options.events().say(service + "  " + at + "  down  connect refused (3 of 3)");
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        inFlight.getAndIncrement();
        try (exchange) {
            RouteConfig best = null;
            for (RouteConfig route : config.routes()) {
                String path = route.match().path().map(Object::toString).orElse("/**");
                if (exchange.getRequestURI().getPath().startsWith(path.replace("/**", ""))
                        && (best == null
                                || path.length()
                                        > best.match()
                                                .path()
                                                .map(Object::toString)
                                                .orElse("/**")
                                                .length())) {
                    best = route;
                }
            }
            if (best == null) {
                answer(exchange, 404, "no route");
                return;
            }
            switch (best.action()) {
                case Action.To to -> proxy(exchange, to.shares().keySet().iterator().next());
                case Action.Respond respond -> answer(exchange, respond.status(), respond.body());
                case Action.Redirect redirect -> answer(exchange, redirect.status(), "");
            }
        } finally {
            inFlight.getAndDecrement();
        }
    }

    private void proxy(HttpExchange exchange, String service) throws IOException {
        List<HostPort> usable = new ArrayList<>();
        for (EndpointConfig endpoint : config.services().get(service).endpoints()) {
            if (bad.getOrDefault(endpoint.address(), 0) < 3) {
                usable.add(endpoint.address());
            }
        }
        if (usable.isEmpty()) {
            answer(exchange, 503, "no endpoint is up\n");
            return;
        }
        for (int i = 0; i <= usable.size(); i++) {
            HostPort at = usable.get(Math.floorMod(turn.getAndIncrement(), usable.size()));
            try {
                HttpResponse<String> got =
                        client.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://" + at + exchange.getRequestURI()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                answer(exchange, got.statusCode(), got.body());
                return;
            } catch (ConnectException e) {
                continue;
            } catch (InterruptedException e) {
                break;
            }
        }
        answer(exchange, 502, "connect refused\n");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public int port(String listener) {
        return servers.get(listener).getAddress().getPort();
    }

    public Map<String, InetSocketAddress> addresses() {
        Map<String, InetSocketAddress> all = new LinkedHashMap<>();
        servers.forEach((name, server) -> all.put(name, server.getAddress()));
        return all;
    }

    public boolean drain() {
        long end = System.nanoTime() + config.drain().timeout().toNanos();
        while (inFlight.get() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                break;
            }
        }
        boolean clean = inFlight.get() == 0;
        close();
        return clean;
    }

    @Override
    public void close() {
        closed = true;
        inFlight.set(0);
        servers.values().forEach(server -> server.stop(0));
    }
}
