package dev.weir.explain;

import dev.weir.WeirConfig;
import dev.weir.config.Origins;
import dev.weir.exchange.Failure;
import dev.weir.explain.Explanation.Fate;
import dev.weir.listen.Snapshot;
import dev.weir.listen.Walk.End;
import dev.weir.listen.Walk.Walked;
import dev.weir.route.Candidate;
import dev.weir.route.HostPattern;
import dev.weir.route.MatchConfig;
import dev.weir.route.Refusal;
import dev.weir.route.ValueMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says which routes were looked at for a request, and why all but one were not taken. Immutable.
record Routes(WeirConfig config, Origins origins, Snapshot snapshot) {
    /// Routes that are shown where none takes a request.
    private static final int NEAREST = 5;

    /// Routes that match too are shown up to so many.
    private static final int LATER = 5;

    /// Those that were looked at, in that order.
    List<Explanation.Route> tried(Walked walked) {
        List<Explanation.Route> tried = new ArrayList<>();
        Optional<Candidate> taken = taken(walked);
        int later = 0;
        for (Candidate one : walked.candidates()) {
            boolean wins = taken.isPresent() && taken.get() == one;
            if (one.refusal().isPresent()) {
                tried.add(refused(one.route(), Fate.REFUSED, one.refusal().get()));
            } else if (wins) {
                tried.add(route(one.route(), Fate.TAKEN, "", ""));
            } else if (taken.isPresent() && later++ < LATER) {
                tried.add(
                        route(one.route(), Fate.LATER, snapshot.table().why(taken.get(), one), ""));
            }
        }
        return tried;
    }

    private static Optional<Candidate> taken(Walked walked) {
        return walked.candidates().stream()
                .filter(one -> one.route() == walked.route())
                .findFirst();
    }

    /// Those that were not.
    Explanation.Passed passed(Walked walked) {
        Set<Integer> seen = new HashSet<>();
        walked.candidates().forEach(one -> seen.add(one.route()));
        int hosts = 0;
        int paths = 0;
        List<Lacking> others = new ArrayList<>();
        boolean asked = walked.route() >= 0 || notFound(walked);
        for (int i = 0; asked && i < config.routes().size(); i++) {
            Optional<Refusal> refusal =
                    seen.contains(i)
                            ? Optional.empty()
                            : snapshot.table().refusal(i, walked.exchange());
            if (refusal.isPresent()) {
                boolean host = refusal.get().key().getFirst().equals("host");
                hosts += host ? 1 : 0;
                paths += host ? 0 : 1;
                others.add(new Lacking(i, refusal.get(), distance(i, host, walked)));
            }
        }
        boolean found = walked.route() >= 0;
        return new Explanation.Passed(hosts, paths, found ? List.of() : nearest(others));
    }

    /// A route that does not fit.
    ///
    /// @param distance how far it is from fitting
    private record Lacking(int route, Refusal refusal, double distance) {}

    private static boolean notFound(Walked walked) {
        return walked.end() instanceof End.Answered(var reply)
                && reply.failure() != null
                && (reply.failure() == Failure.NO_ROUTE
                        || reply.failure() == Failure.METHOD_NOT_ALLOWED
                                && !walked.candidates().isEmpty());
    }

    private List<Explanation.Route> nearest(List<Lacking> others) {
        return others.stream()
                .sorted(Comparator.comparingDouble(Lacking::distance))
                .limit(NEAREST)
                .map(one -> refused(one.route, Fate.OTHER, one.refusal))
                .toList();
    }

    /// Of the same host before others, then those whose beginning of the path is the same for longest.
    private double distance(int route, boolean otherHost, Walked walked) {
        String path = walked.exchange().request().path();
        String wanted = config.routes().get(route).match().path().map(Object::toString).orElse("");
        int same = 0;
        while (same < Math.min(path.length(), wanted.length())
                && path.charAt(same) == wanted.charAt(same)) {
            same++;
        }
        return (otherHost ? 1 : 0)
                - same / (same + 1.0) / 2
                + Math.abs(wanted.length() - same) * 1e-4;
    }

    private Explanation.Route refused(int route, Fate fate, Refusal refusal) {
        Whence at = Whence.route(config, origins, route).below("match");
        for (String key : refusal.key()) {
            at = at.below(key);
        }
        return route(route, fate, refusal.says(), at.at());
    }

    private Explanation.Route route(int route, Fate fate, String why, String whyAt) {
        return new Explanation.Route(
                snapshot.routes().get(route).name(),
                Whence.route(config, origins, route).at(),
                words(config.routes().get(route).match()),
                fate,
                why,
                whyAt);
    }

    /// What a route asks for, in words.
    static String words(MatchConfig match) {
        List<String> words = new ArrayList<>();
        if (!match.host().isEmpty()) {
            words.add(
                    "host "
                            + String.join(
                                    " or ",
                                    match.host().stream().map(HostPattern::toString).toList()));
        }
        match.path().ifPresent(path -> words.add("path " + path));
        match.pathRegex().ifPresent(regex -> words.add("path-regex " + regex.pattern()));
        if (!match.methods().isEmpty()) {
            words.add("methods " + String.join(", ", match.methods()));
        }
        values("header", match.headers(), words);
        values("query", match.query(), words);
        values("cookie", match.cookies(), words);
        if (!match.clientIp().isEmpty()) {
            words.add(
                    "client-ip "
                            + String.join(
                                    ", ",
                                    match.clientIp().stream().map(Object::toString).toList()));
        }
        match.listener().ifPresent(listener -> words.add("listener " + listener));
        return words.isEmpty() ? "every request" : String.join(" · ", words);
    }

    private static void values(String what, Map<String, ValueMatch> values, List<String> words) {
        values.forEach(
                (name, value) ->
                        words.add(
                                what
                                        + " "
                                        + name
                                        + switch (value) {
                                            case ValueMatch.Exactly(String text) -> "=" + text;
                                            case ValueMatch.Regex(var pattern) ->
                                                    " ~ " + pattern.pattern();
                                            case ValueMatch.Present(boolean wanted) ->
                                                    wanted ? " present" : " absent";
                                        }));
    }
}
