package dev.weir.admin;

import dev.weir.WeirConfig;
import dev.weir.balance.Outlook;
import dev.weir.config.Origins;
import dev.weir.health.EndpointHealth;
import dev.weir.listen.Listener;
import dev.weir.metrics.Tallies;
import dev.weir.runtime.HandOver;
import dev.weir.service.Endpoint;
import dev.weir.service.Orders;
import dev.weir.service.Service;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The running process as the admin API sees and steers it. Thread-safe; may block, and is called on no event loop.
public interface Gateway {
    /// What it was told to be, as now in force.
    Setup setup();

    /// The configuration in force and where it came from. Immutable.
    ///
    /// @param number counts from 1 in a process
    /// @param source a file, or who sent it
    record Setup(WeirConfig config, Origins origins, long number, Instant since, String source) {}

    /// The process itself. Immutable.
    record Process(String version, String transport, Instant since) {}

    Process process();

    Resource.Phase phase();

    /// In the order of the file.
    Collection<Listener> listeners();

    /// In the order of the file, with their lists of endpoints as now in force.
    List<Service> services();

    /// Requests that wait for a place at a service.
    int waiting(Service service);

    /// What balancing goes by at services, by their names, as one event loop sees it; without those that it does not tell of at once.
    Map<String, Outlook> outlooks(List<Service> services);

    /// What checks know of an endpoint; empty if it is not checked.
    Optional<EndpointHealth> checked(Endpoint endpoint);

    /// What all loops have counted so far, by route, service, endpoint and way.
    Tallies tallies();

    /// How late the event loops are.
    List<RuntimeState.LoopState> loops();

    /// Loops, memory and connections to endpoints.
    RuntimeState runtime();

    /// When something happened that the clock of the engine counts in nanoseconds.
    Instant when(long nanos);

    /// Whether another process is about to take the place of this one: what is changed here from now on, it would not hear of.
    boolean replaced();

    /// Takes the operator's word on an endpoint. When this returns, no loop will send a request where none may go any more.
    ///
    /// @param weight 0 to leave it as it is
    /// @param by who says so
    /// @return false if the endpoint has left the service
    boolean order(
            Service service, Endpoint endpoint, Optional<Orders.Mode> mode, int weight, String by);

    /// Begins to drain the process, as TERM does; returns at once.
    void drain(String by);

    /// Starts the program again, as it is installed now, and lets it take the place of this process; returns when that serves, or will
    /// not come to it. This process leaves then.
    HandOver.Outcome upgrade(String by);

    /// How the configuration is changed; empty where it was said in Java.
    Optional<Steering> steering();
}
