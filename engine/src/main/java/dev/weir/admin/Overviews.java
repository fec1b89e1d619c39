package dev.weir.admin;

import dev.weir.schema.Problem;
import dev.weir.service.Endpoint;
import dev.weir.service.EndpointState;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import dev.weir.service.Standing;
import dev.weir.tls.ServerTls;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes the overview: the process in one look, and what needs attention. Thread-safe; called on virtual threads.
final class Overviews {
    /// As long as the line in the log: see [dev.weir.tls].
    private static final Duration CERTIFICATE_SOON = Duration.ofDays(14);

    /// What people notice; less can be the doing of a neighbour on the same machine.
    private static final double LATE_MILLIS = 250;

    private static final double BLOCKED_MILLIS = 1_000;

    private final Gateway gateway;
    private final Supplier<Traffic> traffic;

    Overviews(Gateway gateway, Supplier<Traffic> traffic) {
        this.gateway = gateway;
        this.traffic = traffic;
    }

    Resource.Overview overview(Instant now) {
        Gateway.Process process = gateway.process();
        Gateway.Setup setup = gateway.setup();
        Map<String, String> listeners = new LinkedHashMap<>();
        gateway.listeners().forEach(one -> listeners.put(one.name(), Pictures.text(one.address())));
        return new Resource.Overview(
                process.version(),
                ProcessHandle.current().pid(),
                process.transport(),
                gateway.phase(),
                process.since(),
                Duration.between(process.since(), now).toMillis(),
                new Resource.Configuration(
                        setup.number(),
                        setup.since(),
                        setup.source(),
                        gateway.steering().isPresent()),
                listeners,
                totals(),
                attention(now));
    }

    private Resource.Totals totals() {
        int connections = 0;
        for (dev.weir.listen.Listener listener : gateway.listeners()) {
            connections += listener.open();
        }
        int inFlight = 0;
        int endpoints = 0;
        int usable = 0;
        List<Service> services = gateway.services();
        for (Service service : services) {
            endpoints += service.endpoints().size();
            usable += service.members().usable().length;
            for (Endpoint endpoint : service.endpoints()) {
                inFlight += endpoint.state().inFlight();
            }
        }
        return new Resource.Totals(connections, inFlight, services.size(), endpoints, usable);
    }

    // ---- what needs attention ----

    private List<Resource.Attention> attention(Instant now) {
        List<Resource.Attention> all = new ArrayList<>();
        if (gateway.phase() == Resource.Phase.DRAINING) {
            all.add(
                    note(
                            Resource.Concern.DRAINING,
                            "",
                            "Weir is stopping: requests under way end, and it exits",
                            Optional.empty()));
        }
        gateway.steering()
                .ifPresent(
                        steering ->
                                steering.lastRefused().forEach(refused -> all.add(of(refused))));
        for (Service service : gateway.services()) {
            service(service, all);
        }
        loops(all);
        traffic.get().services().forEach((name, figures) -> budget(name, figures, all));
        for (dev.weir.listen.Listener listener : gateway.listeners()) {
            for (ServerTls.Held held : listener.certificates()) {
                certificate(listener.name(), held, now).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparing(Resource.Attention::severity));
        return all;
    }

    private static Resource.Attention of(Steering.Outcome.Refused refused) {
        int count = refused.problems().size();
        return new Resource.Attention(
                Resource.Severity.ERROR,
                Resource.Concern.RELOAD_REFUSED,
                "",
                "the configuration from %s has %s and is not in force; what was before stays: %s"
                        .formatted(
                                refused.source(),
                                count == 1 ? "a mistake" : count + " mistakes",
                                words(refused.problems().getFirst())),
                Optional.of(refused.at()));
    }

    private static String words(Problem problem) {
        String place = problem.at().line() > 0 ? problem.at() + " " : "";
        return place + (problem.path().isEmpty() ? "" : problem.path() + ": ") + problem.message();
    }

    private void loops(List<Resource.Attention> all) {
        List<RuntimeState.LoopState> loops = gateway.loops();
        for (int i = 0; i < loops.size(); i++) {
            double late = loops.get(i).lagMs();
            boolean blocked = late >= BLOCKED_MILLIS;
            if (late >= LATE_MILLIS) {
                all.add(
                        new Resource.Attention(
                                blocked ? Resource.Severity.ERROR : Resource.Severity.WARNING,
                                blocked ? Resource.Concern.LOOP_BLOCKED : Resource.Concern.LOOP_LAG,
                                "event loop " + i,
                                "what it was to do waited for up to %.0f ms in the last 10 s: %s"
                                        .formatted(
                                                late,
                                                blocked
                                                        ? "something blocks it; the log says what"
                                                        : "the processors are too few, or busy with something else"),
                                Optional.empty()));
            }
        }
    }

    private static void budget(
            String service, Traffic.ServiceFigures figures, List<Resource.Attention> all) {
        if (figures.retriesRefused() > 0) {
            all.add(
                    new Resource.Attention(
                            Resource.Severity.WARNING,
                            Resource.Concern.BUDGET_SPENT,
                            service,
                            "%.1f requests a second fail that would have been sent once more: too many fail for that, so look why"
                                    .formatted(figures.retriesRefused()),
                            Optional.empty()));
        }
    }

    private void service(Service service, List<Resource.Attention> all) {
        Service.Members members = service.members();
        if (members.usable().length == 0) {
            all.add(
                    new Resource.Attention(
                            Resource.Severity.ERROR,
                            Resource.Concern.NO_ENDPOINT,
                            service.name(),
                            "no endpoint may get requests: they are answered 503",
                            Optional.empty()));
        } else if (members.panic()) {
            all.add(
                    new Resource.Attention(
                            Resource.Severity.ERROR,
                            Resource.Concern.PANIC,
                            service.name(),
                            "less than %s of the endpoints work: all %d that answer get requests"
                                    .formatted(service.config().panic(), members.usable().length),
                            Optional.empty()));
        }
        for (Endpoint endpoint : service.endpoints()) {
            endpoint(service, endpoint).ifPresent(all::add);
        }
    }

    private Optional<Resource.Attention> endpoint(Service service, Endpoint endpoint) {
        EndpointState state = endpoint.state();
        String about = service.name() + "/" + endpoint.name();
        Orders orders = state.orders();
        if (orders.mode() != Orders.Mode.READY) {
            int inFlight = state.inFlight();
            String taken =
                    orders.mode() == Orders.Mode.DOWN
                            ? "taken down by the operator"
                            : "drained by the operator";
            String left = inFlight == 0 ? "" : ", " + inFlight + " under way";
            Instant since = Instant.ofEpochMilli(orders.sinceMillis());
            return Optional.of(
                    note(Resource.Concern.TAKEN_OUT, about, taken + left, Optional.of(since)));
        }
        Standing standing = state.standing();
        if (standing.usable()) {
            return Optional.empty();
        }
        Optional<EndpointState.Turn> turn = Optional.ofNullable(state.turn());
        return Optional.of(
                new Resource.Attention(
                        Resource.Severity.WARNING,
                        standing.down()
                                ? Resource.Concern.ENDPOINT_DOWN
                                : Resource.Concern.ENDPOINT_EJECTED,
                        about,
                        turn.map(EndpointState.Turn::why).orElse("does not work"),
                        turn.map(last -> gateway.when(last.atNanos()))));
    }

    private static Optional<Resource.Attention> certificate(
            String listener, ServerTls.Held held, Instant now) {
        Duration left = Duration.between(now, held.notAfter());
        if (left.compareTo(CERTIFICATE_SOON) >= 0) {
            return Optional.empty();
        }
        boolean over = left.isNegative();
        return Optional.of(
                new Resource.Attention(
                        over ? Resource.Severity.ERROR : Resource.Severity.WARNING,
                        Resource.Concern.CERTIFICATE,
                        listener,
                        "the certificate of %s (%s) %s: renew it"
                                .formatted(
                                        held.names(),
                                        held.file(),
                                        over
                                                ? "has expired"
                                                : "expires in " + left.toDays() + " days"),
                        Optional.of(held.notAfter())));
    }

    private static Resource.Attention note(
            Resource.Concern concern, String about, String text, Optional<Instant> since) {
        return new Resource.Attention(Resource.Severity.NOTE, concern, about, text, since);
    }
}
