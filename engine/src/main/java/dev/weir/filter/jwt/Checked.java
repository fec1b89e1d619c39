package dev.weir.filter.jwt;

import dev.weir.exchange.Identity;

/// What came out of checking a token. Immutable.
sealed interface Checked {
    /// A token of the right issuer for the right audience, good as long as the time fits.
    ///
    /// @param lacking whether a required claim is not there, or is not what it must be
    /// @param expires seconds since 1970 at which it ends, leeway included; infinite if it does not
    /// @param begins seconds since 1970 from which it counts, leeway included; minus infinite if always
    /// @param forwarded the values for the fields of `forward`, in their order; empty for a claim that is not there
    record Accepted(
            Identity identity, boolean lacking, double expires, double begins, String[] forwarded)
            implements Checked {}

    /// No good token, whatever the time.
    record Refused(Refusal why) implements Checked {}
}
