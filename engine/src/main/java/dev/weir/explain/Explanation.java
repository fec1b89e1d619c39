package dev.weir.explain;

import dev.weir.filter.FieldChange;
import java.util.List;
import java.util.Locale;

/// What Weir would do with a request, and why: one record for people and for programs. Immutable. Texts are empty where there is nothing to
/// say; a place is `weir.yaml:12`, `default`, or empty where nobody knows it.
///
/// @param live whether a running process was asked, so that states and levels are those of now
/// @param notes what the reader should know about the whole
/// @param routes in the order in which they were looked at
/// @param filters of the route that took it, in their order
/// @param services where it may go; empty if Weir answers it
/// @param settings that hold for it
public record Explanation(
        boolean live,
        Request request,
        List<String> notes,
        List<Route> routes,
        Passed passed,
        List<Filter> filters,
        Outcome outcome,
        List<Target> services,
        List<Setting> settings) {
    public Explanation {
        notes = List.copyOf(notes);
        routes = List.copyOf(routes);
        filters = List.copyOf(filters);
        services = List.copyOf(services);
        settings = List.copyOf(settings);
    }

    /// The request as Weir understands it.
    ///
    /// @param protocol `HTTP/1.1` or `HTTP/2`
    /// @param serverName that is asked for in the TLS handshake (SNI)
    /// @param certificate that the client shows, in words; empty if it is not asked
    /// @param certificateAt where it stands that it is asked
    /// @param path normalised
    /// @param asked the path as it stands in the URL, if that is another spelling
    /// @param query as it came, secrets left out
    /// @param client who asks: the peer, or whom trusted proxies name
    /// @param trusted whether the peer is a trusted proxy
    /// @param changes of fields that tell endpoints where the request comes from, before any filter sees it
    public record Request(
            String method,
            String url,
            String listener,
            String listenerAt,
            String protocol,
            String serverName,
            String certificate,
            String certificateAt,
            String scheme,
            String host,
            String path,
            String asked,
            String query,
            String client,
            String peer,
            boolean trusted,
            String priority,
            List<FieldChange> changes) {
        public Request {
            changes = List.copyOf(changes);
        }
    }

    /// What became of a route.
    public enum Fate {
        /// It takes the request.
        TAKEN,
        /// One of its conditions fails.
        REFUSED,
        /// It matches too, but another one comes first.
        LATER,
        /// Its host or its path is another one.
        OTHER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A route that was looked at, or that nearly was.
    ///
    /// @param match what it asks for, in words
    /// @param why what failed, or what makes another one come first
    /// @param whyAt where the condition stands
    public record Route(
            String name, String at, String match, Fate fate, String why, String whyAt) {}

    /// The routes that were not looked at.
    ///
    /// @param hosts how many are of other hosts
    /// @param paths how many of the same host are of other paths
    /// @param nearest those that lack least; empty if a route took the request
    public record Passed(int hosts, int paths, List<Route> nearest) {
        public Passed {
            nearest = List.copyOf(nearest);
        }
    }

    /// What a filter does.
    public enum Deed {
        PASSES,
        ANSWERS,
        /// It cannot be told without doing it.
        UNKNOWN,
        /// Another filter answers before.
        UNASKED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A filter of the route.
    ///
    /// @param says what led to it
    /// @param changes of the request's fields
    public record Filter(
            String name, String at, Deed deed, List<String> says, List<FieldChange> changes) {
        public Filter {
            says = List.copyOf(says);
            changes = List.copyOf(changes);
        }
    }

    /// A field of an answer.
    public record Field(String name, String value) {}

    /// How it ends.
    ///
    /// @param answered whether Weir answers itself
    /// @param status of that answer, or 0; 0 where Weir answers means that there is no answer at all
    /// @param reason of a failure, as in the access log
    /// @param by who answers: `filter rate-limit`, `route old`
    /// @param path that an endpoint gets, with its query
    /// @param host that an endpoint gets
    public record Outcome(
            boolean answered,
            int status,
            String reason,
            String by,
            String says,
            List<Field> fields,
            String path,
            String host) {
        public Outcome {
            fields = List.copyOf(fields);
        }
    }

    /// A service that may get it.
    ///
    /// @param share of the route's requests, from 0 to 1
    /// @param balance as in the file; where that stands; how it decides
    /// @param panic whether so few endpoints work that others are tried too
    public record Target(
            String service,
            String at,
            double share,
            String balance,
            String balanceAt,
            String rule,
            boolean panic,
            List<Instance> endpoints) {
        public Target {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// An endpoint of a service.
    ///
    /// @param state `up`, `down`, `ejected` …; empty where nothing runs
    /// @param chance to be picked for this request within its service, from 0 to 1
    /// @param why what the policy goes by, or why it gets nothing
    /// @param heldBack the probability with which `throttle` holds requests back from it
    public record Instance(
            String name,
            String at,
            int weight,
            String zone,
            boolean backup,
            String state,
            int inFlight,
            double chance,
            String why,
            double heldBack) {}

    /// A setting in force.
    public record Setting(String name, String value, String at) {}
}
