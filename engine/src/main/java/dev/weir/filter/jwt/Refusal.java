package dev.weir.filter.jwt;

import dev.weir.exchange.Failure;
import dev.weir.exchange.Reply;
import dev.weir.filter.Verdict;

/// Why a request does not pass, with the answer to it. The descriptions tell a client's author what to mend and
/// nothing about keys or expected values.
///
/// Source: RFC 6750 §3.
enum Refusal {
    NO_TOKEN(Failure.UNAUTHENTICATED, "There is no token.", "Bearer"),
    TOO_LONG("The token is longer than 8 KiB."),
    MALFORMED("The token is malformed."),
    SIGNATURE("The signature does not fit a key."),
    CLAIMS("The payload is not a set of claims."),
    EXPIRED("The token has expired."),
    NOT_YET("The token is not valid yet."),
    ISSUER("The token is from another issuer."),
    AUDIENCE("The token is for another audience."),
    UNFIT("A claim cannot be passed on in a field."),
    LACKING(
            Failure.FORBIDDEN,
            "The token lacks a required claim.",
            "Bearer error=\"insufficient_scope\", error_description=\"The token lacks a required claim.\"");

    private final String says;
    private final Verdict verdict;

    Refusal(String description) {
        this(
                Failure.UNAUTHENTICATED,
                description,
                "Bearer error=\"invalid_token\", error_description=\"" + description + "\"");
    }

    Refusal(Failure failure, String says, String challenge) {
        this.says = says;
        verdict = new Verdict.Answer(Reply.of(failure).with("WWW-Authenticate", challenge));
    }

    /// What is wrong, in a sentence.
    String says() {
        return says;
    }

    Verdict verdict() {
        return verdict;
    }
}
