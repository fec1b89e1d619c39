package dev.weir.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A request to an operation that may be done: who asks was looked at, and what is sent was read. Immutable.
///
/// @param path values of the template's names
/// @param query the first value of each parameter
/// @param body of the type that the operation takes; a text where it takes one, and empty where it takes nothing
/// @param ifMatch entity tags of `If-Match`, unquoted; empty if there is none
/// @param accept as sent; empty if nothing is said
/// @param by who asks, for lines about changes: `the socket`, `127.0.0.1`
public record Call(
        Map<String, String> path,
        Map<String, String> query,
        Object body,
        List<String> ifMatch,
        String accept,
        String by) {
    /// A value of the path's template.
    public String at(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the path has no " + name);
        }
        return value;
    }

    public Optional<String> asked(String parameter) {
        return Optional.ofNullable(query.get(parameter)).filter(value -> !value.isEmpty());
    }

    /// As [#asked], where an empty value means something.
    public Optional<String> said(String parameter) {
        return Optional.ofNullable(query.get(parameter));
    }

    /// @throws Refused 412, if the client has seen something else than what is
    void expects(String etag) throws Refused {
        if (!ifMatch.isEmpty() && !ifMatch.contains("*") && !ifMatch.contains(etag)) {
            throw new Refused(
                            412,
                            "it has changed since you read it: If-Match says "
                                    + String.join(", ", ifMatch)
                                    + ", and it is "
                                    + etag
                                    + " now. Read it again")
                    .with("ETag", "\"" + etag + "\"");
        }
    }
}
