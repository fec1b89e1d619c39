package dev.weir.balance;

import dev.weir.service.Endpoint;
import dev.weir.service.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Where a request would go if it came at this moment, and why. Immutable.
///
/// @param rule how the policy decides, as a part of a sentence
/// @param chances of the endpoints that may be picked, in their order; those of the rest are 0
public record Outlook(String rule, List<Chance> chances) {
    /// How likely one endpoint is to be picked.
    ///
    /// @param probability from 0 to 1
    /// @param score what is compared with others, the less the better: `12.3 ms`; empty where nothing is compared
    /// @param says what the policy goes by, for people: its score, its turn, its part of the hashes
    public record Chance(Endpoint endpoint, double probability, String score, String says) {
        Chance times(double part) {
            return new Chance(endpoint, probability * part, score, says);
        }
    }

    public Outlook {
        chances = List.copyOf(chances);
    }

    /// Nobody can be picked.
    public static Outlook nobody(String rule) {
        return new Outlook(rule, List.of());
    }

    /// It is certain who is picked.
    public static Outlook certain(String rule, Endpoint endpoint, String says) {
        return new Outlook(rule, List.of(new Chance(endpoint, 1, "", says)));
    }

    /// An endpoint that may be drawn.
    ///
    /// @param weight how often, relative to the others
    /// @param rank the lower, the better; what is drawn with the same rank is as good
    /// @param score the rank for people, empty where all have the same
    record Drawn(Endpoint endpoint, double weight, double rank, String score, String says) {}

    /// Of so many drawn one by one by weight, each from all, the one with the least rank is taken, of equal ones the first.
    ///
    /// All drawn have a rank of at least r with the probability S(r)^n, where S is the part of the weights with such ranks; the first
    /// of those with the least rank is any of these by weight.
    static Outlook bestOf(int draws, String rule, List<Drawn> among) {
        double all = among.stream().mapToDouble(Drawn::weight).sum();
        return new Outlook(
                rule,
                ranked(
                        among,
                        Drawn::weight,
                        (one, same, above) -> {
                            double least =
                                    Math.pow((above + same) / all, draws)
                                            - Math.pow(above / all, draws);
                            return least * one.weight / same;
                        }));
    }

    /// Of two different ones drawn evenly the one with the lower rank is taken, of equal ones the first.
    static Outlook betterOfTwo(String rule, List<Drawn> among) {
        double pairs = Math.max(1, (double) among.size() * (among.size() - 1));
        return new Outlook(
                rule,
                ranked(
                        among,
                        _ -> 1,
                        // As the first of a pair it wins against its equals, as the second it does
                        // not.
                        (_, same, above) ->
                                among.size() == 1 ? 1 : (2 * above + same - 1) / pairs));
    }

    /// What an endpoint's probability comes from: how much has its rank, itself included, and how much a higher one.
    private interface Standing {
        double probability(Drawn one, double same, double above);
    }

    private static List<Chance> ranked(
            List<Drawn> among, ToDoubleFunction<Drawn> amount, Standing standing) {
        List<Drawn> sorted = new ArrayList<>(among);
        sorted.sort(Comparator.comparingDouble(Drawn::rank).reversed());
        Map<Drawn, Double> found = new IdentityHashMap<>();
        double above = 0;
        for (int from = 0, to; from < sorted.size(); from = to) {
            double same = 0;
            to = from;
            while (to < sorted.size() && sorted.get(to).rank == sorted.get(from).rank) {
                same += amount.applyAsDouble(sorted.get(to++));
            }
            for (Drawn one : sorted.subList(from, to)) {
                found.put(one, standing.probability(one, same, above));
            }
            above += same;
        }
        return among.stream()
                .map(
                        one ->
                                new Chance(
                                        one.endpoint,
                                        found.getOrDefault(one, 0.0),
                                        one.score,
                                        one.says))
                .toList();
    }

    /// All are looked at, and the one with the least rank is taken, of equal ones any by weight.
    static Outlook best(String rule, List<Drawn> among) {
        double least = among.stream().mapToDouble(Drawn::rank).min().orElse(0);
        double ties =
                among.stream().filter(one -> one.rank == least).mapToDouble(Drawn::weight).sum();
        return new Outlook(
                rule,
                among.stream()
                        .map(
                                one ->
                                        new Chance(
                                                one.endpoint,
                                                one.rank == least ? one.weight / ties : 0,
                                                one.score,
                                                one.says))
                        .toList());
    }

    static List<Endpoint> untried(Endpoint[] usable, Tried tried) {
        return Arrays.stream(usable).filter(endpoint -> !tried.contains(endpoint)).toList();
    }

    /// A latency for people.
    static String millis(double nanos) {
        return "%.1f ms".formatted(nanos / 1e6);
    }
}
