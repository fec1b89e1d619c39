package dev.weir.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds what somebody meant to write: the known word with the fewest edits to the one found. Thread-safe.
public final class Nearest {
    private Nearest() {}

    /// ". Did you mean timeout?", or an empty text if nothing is near.
    public static String didYouMean(String found, Collection<String> known) {
        String nearest = of(found, known);
        return nearest == null ? "" : ". Did you mean " + nearest + "?";
    }

    /// The nearest known word, or null: up to one edit in three characters, case, hyphens and underscores not
    /// counted.
    static @Nullable String of(String found, Collection<String> known) {
        String begun = begunBy(found, known);
        if (begun != null) {
            return begun;
        }
        String nearest = null;
        int fewest = Math.max(1, found.length() / 3) + 1;
        for (String word : known) {
            int edits = edits(plain(found), plain(word));
            if (edits < fewest) {
                fewest = edits;
                nearest = word;
            }
        }
        return nearest;
    }

    /// The only known word that begins with the one found.
    private static @Nullable String begunBy(String found, Collection<String> known) {
        List<String> begun =
                known.stream().filter(word -> plain(word).startsWith(plain(found))).toList();
        return begun.size() == 1 && found.length() > 2 ? begun.getFirst() : null;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /// Optimal string alignment: insertions, deletions, replacements, swaps of neighbours.
    private static int edits(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
