package dev.weir.cli.endpoint;

import java.util.regex.Pattern;

/// Which answers of a small endpoint are errors: none, all with one status, or a share with 503. Immutable.
///
/// @param status of a failing answer
/// @param percent of answers that fail, spread evenly
public record Failing(int status, int percent) {
    public static final Failing NEVER = new Failing(503, 0);
    private static final Pattern STATUS = Pattern.compile("[45][0-9]{2}");
    private static final Pattern SHARE = Pattern.compile("[0-9]{1,3}%");

    /// Reads `503` or `50%`.
    ///
    /// @throws IllegalArgumentException for anything else
    public static Failing parse(String text) {
        if (STATUS.matcher(text).matches()) {
            return new Failing(Integer.parseInt(text), 100);
        }
        if (SHARE.matcher(text).matches()) {
            int percent = Integer.parseInt(text.substring(0, text.length() - 1));
            if (percent <= 100) {
                return new Failing(NEVER.status, percent);
            }
        }
        throw new IllegalArgumentException(
                "is neither a status from 400 to 599 nor a share from 0% to 100%");
    }

    /// Whether answer number `n`, counted from 1, fails: of any 100 in a row, exactly `percent` do.
    boolean fails(long n) {
        return n * percent / 100 != (n - 1) * percent / 100;
    }

    @Override
    public String toString() {
        return percent == 100 ? "" + status : percent + "%";
    }
}
