package dev.weir.admin;

import dev.weir.admin.Operation.Gives;
import dev.weir.admin.Operation.Takes;
import dev.weir.admin.Operation.Verb;
import dev.weir.metrics.MetricsPage;
import dev.weir.observe.EventRing;
import dev.weir.runtime.Clock;
import dev.weir.runtime.HandOver;
import dev.weir.service.Endpoint;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The table of all that the admin API does: what requests are routed by, and what the OpenAPI document is made from. Thread-safe.
final class Operations {
    private static final int MOST_WEIGHT = 1000;

    private final Gateway gateway;
    private final EventRing events;
    private final Clock clock;
    private final Past past;
    private final Pictures pictures;
    private final Overviews overviews;
    private final LiveStream live;

    /// Held from the look at an endpoint's tag to its change.
    private final Object changing = new Object();

    Operations(Gateway gateway, EventRing events, Clock clock, Past past, Json json) {
        this.past = past;
        this.gateway = gateway;
        this.events = events;
        this.clock = clock;
        this.pictures = new Pictures(gateway);
        this.overviews = new Overviews(gateway, past::traffic);
        this.live =
                new LiveStream(
                        () -> pictures.picture(overviews.overview(clock.now()), past.traffic()),
                        events,
                        clock,
                        json);
    }

    /// @param others of other rooms
    List<Operation> all(Supplier<MetricsPage> metrics, List<Operation> others) {
        List<Operation> all = new ArrayList<>();
        all.add(
                Operation.get(
                        "/live",
                        "Whether the process lives: always, if it answers. Needs no token.",
                        Gives.other("text/plain"),
                        _ -> Answer.text(200, "text/plain", "live\n")));
        all.add(
                Operation.get(
                        "/ready",
                        "Whether requests are welcome: 200, or 503 and why not. Needs no token.",
                        Gives.one(Resource.Readiness.class),
                        this::ready));
        all.add(metrics(metrics));
        all.add(
                Operation.get(
                        "/api/v1/overview",
                        "The process in one look, and what needs attention.",
                        Gives.one(Resource.Overview.class),
                        _ -> Answer.json(overviews.overview(clock.now()))));
        all.add(
                Operation.get(
                        "/api/v1/listeners",
                        "The addresses that clients connect to.",
                        Gives.many(Resource.Listener.class),
                        _ -> Answer.json(pictures.listeners())));
        all.add(
                Operation.get(
                        "/api/v1/routes",
                        "The routes, in the order in which they are preferred.",
                        Gives.many(Resource.Route.class),
                        _ -> Answer.json(pictures.routes())));
        services(all);
        all.add(
                Operation.get(
                        "/api/v1/history",
                        "Requests a second, errors and latency of the last 15 minutes.",
                        Gives.one(Traffic.History.class),
                        _ -> Answer.json(past.history())));
        all.add(
                Operation.get(
                                "/api/v1/events",
                                "The last lines for people, the oldest first.",
                                Gives.many(Resource.Event.class),
                                this::events)
                        .with("after", "Only lines with a larger number."));
        all.add(
                Operation.get(
                        "/api/v1/stream",
                        "Events (text/event-stream): `picture` with everything first, then `change` each second, a JSON Merge Patch (RFC 7396) of the picture, and `line` as soon as one is said.",
                        Gives.other(AdminConnection.EVENTS),
                        _ -> new Answer.Stream(live::join)));
        all.addAll(new ConfigOperations(gateway).all());
        all.add(
                Operation.change(
                        Verb.POST,
                        "/api/v1/drain",
                        "Drains the process and ends it, as the signal TERM does. Answers at once.",
                        Takes.NOTHING,
                        Gives.one(Resource.Readiness.class),
                        this::drain));
        all.add(
                Operation.change(
                        Verb.POST,
                        "/api/v1/upgrade",
                        "Starts the program again, as it is installed now, and hands the listening sockets over to it, as the signal USR2 does. Answers when the new process serves; this one drains then. 409 where that is not possible; 422 if the new process did not come to serve, and this one goes on.",
                        Takes.NOTHING,
                        Gives.one(Resource.Heir.class),
                        this::upgrade));
        all.addAll(others);
        all.addAll(new Dashboard().all());
        all.add(
                Operation.get(
                        "/api/v1/openapi.json",
                        "This API as an OpenAPI 3.1 document.",
                        Gives.other("application/json"),
                        _ -> Answer.json(OpenApi.document(all, gateway.process().version()))));
        return List.copyOf(all);
    }

    private void services(List<Operation> all) {
        String name = "Name of the service.";
        String endpoint = "Name of the endpoint, as in the file: `10.0.0.11:8080`.";
        all.add(
                Operation.get(
                        "/api/v1/services",
                        "The services with their endpoints.",
                        Gives.many(Resource.Service.class),
                        _ -> Answer.json(pictures.services())));
        all.add(
                Operation.get(
                                "/api/v1/services/{service}",
                                "A service with its endpoints.",
                                Gives.one(Resource.Service.class),
                                call -> Answer.json(pictures.service(service(call))))
                        .with("service", name));
        all.add(
                Operation.get(
                                "/api/v1/services/{service}/endpoints/{endpoint}",
                                "An endpoint, with an entity tag for what can be changed of it.",
                                Gives.one(Resource.Endpoint.class),
                                this::endpoint)
                        .with("service", name)
                        .with("endpoint", endpoint));
        all.add(
                Operation.change(
                                Verb.PATCH,
                                "/api/v1/services/{service}/endpoints/{endpoint}",
                                "Takes an endpoint out (`draining`, `down`) or back (`ready`), or gives it another weight. Holds across reloads.",
                                Takes.json(Resource.EndpointChange.class),
                                Gives.one(Resource.Endpoint.class),
                                this::change)
                        .with("service", name)
                        .with("endpoint", endpoint)
                        .forWhoHasSeen(
                                "the endpoint as it was. 412 if it has been changed by now.",
                                false));
    }

    private Operation metrics(Supplier<MetricsPage> page) {
        return Operation.get(
                "/metrics",
                "Figures for Prometheus.",
                Gives.other("text/plain", "application/openmetrics-text"),
                call -> {
                    MetricsPage metrics = page.get();
                    String type = metrics.contentType(call.accept());
                    ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 16);
                    try {
                        metrics.write(call.accept(), text);
                    } catch (IOException e) {
                        throw new IllegalStateException("memory takes what is written", e);
                    }
                    return new Answer.Bytes(200, type, text.toByteArray(), Map.of());
                });
    }

    private Answer ready(Call call) {
        return switch (gateway.phase()) {
            case SERVING -> Answer.json(new Resource.Readiness(true, Optional.empty()));
            case STARTING -> notReady("it has not begun to serve");
            case DRAINING -> notReady("it is draining");
        };
    }

    private static Answer notReady(String why) {
        return new Answer.Json(503, new Resource.Readiness(false, Optional.of(why)), Map.of());
    }

    private Answer drain(Call call) {
        gateway.drain(call.by());
        return new Answer.Json(
                202, new Resource.Readiness(false, Optional.of("it is draining")), Map.of());
    }

    private Answer upgrade(Call call) throws Refused {
        return switch (gateway.upgrade(call.by())) {
            case HandOver.Outcome.Serves serves -> Answer.json(new Resource.Heir(serves.pid()));
            case HandOver.Outcome.Impossible impossible -> throw new Refused(409, impossible.why());
            case HandOver.Outcome.Failed failed ->
                    throw new Refused(
                            422,
                            "the new process did not come to serve; this one goes on.",
                            List.of(),
                            failed.why());
        };
    }

    private Answer events(Call call) throws Refused {
        long after;
        try {
            after = call.asked("after").map(Long::parseLong).orElse(0L);
        } catch (NumberFormatException e) {
            throw new Refused(400, "after: expected a number, as in /api/v1/events?after=17");
        }
        return Answer.json(
                events.last().stream()
                        .filter(said -> said.number() > after)
                        .map(Operations::event)
                        .toList());
    }

    static Resource.Event event(EventRing.Said said) {
        return new Resource.Event(
                said.number(), Instant.ofEpochMilli(said.atMillis()), said.line());
    }

    // ---- endpoints ----

    private Service service(Call call) throws Refused {
        String name = call.at("service");
        List<Service> services = gateway.services();
        return services.stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new Refused(
                                        404,
                                        "no service is called "
                                                + name
                                                + "; there are "
                                                + services.stream().map(Service::name).toList()));
    }

    private static Endpoint endpoint(Service service, Call call) throws Refused {
        String name = call.at("endpoint");
        return service.endpoints().stream()
                .filter(endpoint -> endpoint.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new Refused(
                                        404,
                                        "%s has no endpoint %s; it has %s"
                                                .formatted(
                                                        service.name(),
                                                        name,
                                                        service.endpoints())));
    }

    private Answer endpoint(Call call) throws Refused {
        Service service = service(call);
        return shown(service, endpoint(service, call));
    }

    private Answer shown(Service service, Endpoint endpoint) {
        return new Answer.Json(
                200,
                pictures.endpoint(service, endpoint),
                Map.of("ETag", "\"" + etag(endpoint) + "\""));
    }

    /// Of what can be changed, so that a check in between does not make a change fail.
    private static String etag(Endpoint endpoint) {
        Orders orders = endpoint.state().orders();
        return Json.word(orders.mode()) + "-" + orders.sinceMillis() + "-" + endpoint.weight();
    }

    static void refuseWhileReplaced(Gateway gateway) throws Refused {
        if (gateway.replaced()) {
            throw new Refused(
                    409,
                    "a new process is taking over, and would not hear of it: say it again when that one serves");
        }
    }

    private Answer change(Call call) throws Refused {
        Resource.EndpointChange change = (Resource.EndpointChange) call.body();
        if (change.state().isEmpty() && change.weight().isEmpty()) {
            throw new Refused(422, "say state (ready, draining or down), weight, or both");
        }
        int weight = change.weight().orElse(0);
        if (change.weight().isPresent() && (weight < 1 || weight > MOST_WEIGHT)) {
            throw new Refused(422, "weight: expected 1 to " + MOST_WEIGHT);
        }
        Service service = service(call);
        Endpoint endpoint = endpoint(service, call);
        refuseWhileReplaced(gateway);
        synchronized (changing) {
            call.expects(etag(endpoint));
            if (!gateway.order(service, endpoint, change.state(), weight, call.by())) {
                throw new Refused(404, "the endpoint has just left");
            }
        }
        Service now = service(call);
        return shown(now, endpoint(now, call));
    }
}
