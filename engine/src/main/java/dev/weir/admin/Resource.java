package dev.weir.admin;

import dev.weir.schema.Says;
import dev.weir.service.Orders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the admin API shows. The records are the JSON, and the OpenAPI document is made from them. Immutable.
public sealed interface Resource {
    /// The process in one look.
    record Overview(
            @Says("Version of the program.") String version,
            @Says("Process id.") long pid,
            @Says("What it runs on: `epoll`, `io_uring` or `nio`.") String transport,
            @Says("Whether it is `starting`, `serving` or `draining`.") Phase phase,
            @Says("When it was started.") Instant since,
            @Says("How long it has been running.") long uptimeMs,
            @Says("The configuration in force.") Configuration configuration,
            @Says("Listeners, by name, with their addresses.") Map<String, String> listeners,
            @Says("What is going on, all together.") Totals totals,
            @Says("What a person should look at, the worst first; empty if all is well.")
                    List<Attention> needsAttention)
            implements Resource {
        public Overview {
            needsAttention = List.copyOf(needsAttention);
        }
    }

    /// Where a process is in its life.
    enum Phase {
        STARTING,
        SERVING,
        DRAINING
    }

    /// Which configuration is in force.
    record Configuration(
            @Says("Its version, which counts from 1 in a process.") long version,
            @Says("When it was put in force.") Instant since,
            @Says("Where it came from: a file, or who sent it.") String source,
            @Says("Whether `/api/v1/config` shows and changes it.") boolean changeable)
            implements Resource {}

    /// Figures of the whole process.
    record Totals(
            @Says("Open connections of clients.") int connections,
            @Says("Requests that endpoints are working on.") int inFlight,
            @Says("Services.") int services,
            @Says("Endpoints of all services.") int endpoints,
            @Says("Endpoints that may get requests.") int usable)
            implements Resource {}

    /// Something that a person should look at.
    record Attention(
            @Says("How bad it is.") Severity severity,
            @Says("What it is, in one word.") Concern concern,
            @Says(
                            "What it is about: a service, `service/endpoint`, a listener; empty for the process.")
                    String about,
            @Says("One sentence with figures, and what to do.") String text,
            @Says("Since when, where that is known.") Optional<Instant> since)
            implements Resource {}

    /// How bad something is.
    enum Severity {
        /// Requests fail, or will soon.
        ERROR,
        /// It works, but not as it should.
        WARNING,
        /// As the operator wants it.
        NOTE
    }

    /// What can need attention.
    enum Concern {
        NO_ENDPOINT,
        ENDPOINT_DOWN,
        ENDPOINT_EJECTED,
        PANIC,
        CERTIFICATE,
        RELOAD_REFUSED,
        LOOP_BLOCKED,
        LOOP_LAG,
        BUDGET_SPENT,
        TAKEN_OUT,
        DRAINING
    }

    /// An address that clients connect to.
    record Listener(
            @Says("Its name.") String name,
            @Says("Where it listens.") String address,
            @Says("What is spoken: `h1`, `h2`, `h2c`, `tcp`.") List<String> protocols,
            @Says("Whether by TLS.") boolean tls,
            @Says("Whether connections begin with a PROXY header: `accept` or `require`.")
                    Optional<String> proxyProtocol,
            @Says("Whether clients are sent to TLS.") boolean redirects,
            @Says("Services that connections are passed on to as they are, for `tcp`.")
                    List<String> services,
            @Says("Open connections.") int connections,
            @Says("Most connections at a time.") int most,
            @Says("Certificates, with their ends.") List<Certificate> certificates,
            @Says("Where it stands in the file.") Optional<String> at)
            implements Resource {
        public Listener {
            protocols = List.copyOf(protocols);
            services = List.copyOf(services);
            certificates = List.copyOf(certificates);
        }
    }

    /// A certificate that clients get.
    record Certificate(
            @Says("Names that it is for.") String names,
            @Says("Its file.") String file,
            @Says("When it ends.") Instant notAfter)
            implements Resource {}

    /// Which requests go where.
    record Route(
            @Says("Its name.") String name,
            @Says("Its place in the order in which routes are preferred, from 1.") int order,
            @Says("What must hold, in words; empty if all requests match.") List<String> conditions,
            @Says("Its filters in their order, as in the file.") List<String> filters,
            @Says("Where requests go.") Target target,
            @Says("Time until the head of an answer, for all attempts.") long timeoutMs,
            @Says("Most attempts.") int attempts,
            @Says("Where it stands in the file.") Optional<String> at)
            implements Resource {
        public Route {
            conditions = List.copyOf(conditions);
            filters = List.copyOf(filters);
        }
    }

    /// Where a route leads.
    record Target(
            @Says("What is done: `forward`, `redirect` or `respond`.") String kind,
            @Says("Services with their shares, for `forward`.") Map<String, Integer> services,
            @Says("Status of the answer, where Weir itself gives it.") Optional<Integer> status,
            @Says("Where clients are sent, for `redirect`.") Optional<String> location)
            implements Resource {}

    /// Endpoints that do the same work.
    record Service(
            @Says("Its name.") String name,
            @Says("How an endpoint is chosen, as in the file.") String balance,
            @Says("The same in words; left out where an event loop could not be asked.")
                    Optional<String> rule,
            @Says("What endpoints speak: `h1`, `h2` or `h2c`.") String protocol,
            @Says("Whether by TLS.") boolean tls,
            @Says("What checks there are: `http /health every 5s`; left out if none.")
                    Optional<String> health,
            @Says("Where its list of endpoints comes from, if not from the file.")
                    Optional<String> discover,
            @Says("Whether so few endpoints work that all that answer get requests.") boolean panic,
            @Says("Endpoints that may get requests.") int usable,
            @Says("Requests under way.") int inFlight,
            @Says("Requests that wait for a place.") int waiting,
            @Says("Its endpoints.") List<Endpoint> endpoints,
            @Says("Where it stands in the file.") Optional<String> at)
            implements Resource {
        public Service {
            endpoints = List.copyOf(endpoints);
        }

        /// The same without its endpoints.
        Service without() {
            return new Service(
                    name, balance, rule, protocol, tls, health, discover, panic, usable, inFlight,
                    waiting, List.of(), at);
        }
    }

    /// One instance of a service.
    record Endpoint(
            @Says("Its name: its address as it was written.") String name,
            @Says("Where it is.") String address,
            @Says("What the operator wants: `ready`, `draining` or `down`.") Orders.Mode state,
            @Says("Since when he wants that; left out if he has never said anything.")
                    Optional<Instant> stateSince,
            @Says("What is known of it, by checks and traffic.") Health health,
            @Says("Since when; left out as long as nothing has been found.")
                    Optional<Instant> healthSince,
            @Says("Why, in words, with figures.") Optional<String> why,
            @Says("Whether it may get requests now.") boolean usable,
            @Says("The last check.") Optional<Check> lastCheck,
            @Says("Requests under way.") int inFlight,
            @Says("Its weight in force.") int weight,
            @Says("The weight that the file says.") int listedWeight,
            @Says("Whether it is a backup.") boolean backup,
            @Says("Its zone, if it has one.") Optional<String> zone,
            @Says("What balancing goes by; left out where it compares nothing, or may not pick it.")
                    Optional<Score> score)
            implements Resource {}

    /// What balancing goes by at an endpoint at this moment, as one event loop sees it.
    record Score(
            @Says(
                            "What is compared, the less the better: `12.3 ms`; who is `hot` comes after all who are not.")
                    String text,
            @Says("What that comes from.") String says,
            @Says("How likely it is to get the next request, from 0 to 1.") double chance)
            implements Resource {}

    /// What is known of an endpoint.
    enum Health {
        UNKNOWN,
        UP,
        DOWN,
        EJECTED,
        RETURNING
    }

    /// An active check.
    record Check(
            @Says("What came of it, in words.") String text,
            @Says("How long it took, connect included.") double tookMs)
            implements Resource {}

    /// What an endpoint's state is to be; what is left out stays.
    record EndpointChange(
            @Says(
                            "`ready`, `draining` (no new requests) or `down` (idle connections are closed too).")
                    Optional<Orders.Mode> state,
            @Says("1 to 1000, until the file says another one than now.") Optional<Integer> weight)
            implements Resource {}

    /// A line for people.
    record Event(
            @Says("Counts from 1, without gaps.") long number,
            @Says("When it was said.") Instant time,
            @Says("The line.") String line)
            implements Resource {}

    /// A mistake in a configuration, or what is allowed but hardly meant.
    record ConfigProblem(
            @Says("File.") String file,
            @Says("Line from 1; 0 if it is not known.") int line,
            @Says("Column from 1; 0 if it is not known.") int column,
            @Says("Characters that are meant.") int length,
            @Says("Path of keys.") String path,
            @Says("What was found.") String message,
            @Says("What to write instead.") Optional<String> hint)
            implements Resource {}

    /// A version of the configuration.
    record ConfigVersion(
            @Says("Counts from 1 in a process.") long version,
            @Says("Entity tag of its text.") String etag,
            @Says("When it was put in force.") Instant since,
            @Says("Where it came from.") String source,
            @Says("Whether it is the one in force.") boolean current)
            implements Resource {}

    /// What came of a change that was done, or of a text that has no mistakes.
    record ConfigResult(
            @Says("The version in force.") long version,
            @Says("What is allowed but hardly meant.") List<ConfigProblem> warnings)
            implements Resource {
        public ConfigResult {
            warnings = List.copyOf(warnings);
        }
    }

    /// Which version to go back to.
    record Rollback(@Says("Its number; left out, the one before.") Optional<Long> version)
            implements Resource {}

    /// Whether requests are welcome.
    record Readiness(
            @Says("Whether they are.") boolean ready,
            @Says("Why not, in words.") Optional<String> why)
            implements Resource {}

    /// The process that has taken the place of the one that was asked.
    record Heir(@Says("Its process id.") long pid) implements Resource {}

    /// All of it, as the stream of events begins; changes that follow are JSON Merge Patches (RFC 7396) of it.
    record Picture(
            Overview overview,
            Map<String, Listener> listeners,
            Map<String, Route> routes,
            Map<String, ServicePicture> services,
            Traffic traffic,
            RuntimeState runtime)
            implements Resource {}

    /// A service and, by their names, its endpoints.
    record ServicePicture(Service service, Map<String, Endpoint> endpoints) implements Resource {}
}
