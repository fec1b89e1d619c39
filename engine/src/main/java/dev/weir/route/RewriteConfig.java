package dev.weir.route;

import dev.weir.schema.Says;
import java.util.Optional;

/// Another path or host for the endpoint. Immutable.
@Says("Another path or host for the endpoint.")
public record RewriteConfig(
        @Says(
                        value =
                                "The path sent instead; the query stays. `{id}` stands for a named segment, a final `/**` for what `/**` matched.",
                        example = "/v2/{id}")
                Optional<String> path,
        @Says(value = "The Host sent instead.", example = "internal.example.com")
                Optional<String> host) {

    public static final RewriteConfig DEFAULTS =
            new RewriteConfig(Optional.empty(), Optional.empty());

    public RewriteConfig {
        path.ifPresent(
                p -> {
                    if (!p.startsWith("/")) {
                        throw new IllegalArgumentException("a path begins with a slash: /" + p);
                    }
                });
    }
}
