package dev.weir.admin;

import java.util.ArrayList;
import java.util.List;

/// One thing that the admin API does: what is routed to, and what the OpenAPI document says of it. Immutable.
///
/// @param path with names in braces: `/api/v1/services/{service}`
/// @param summary one sentence
/// @param takes what a request carries
/// @param gives what a good answer carries
/// @param handler runs on a virtual thread, and may block
public record Operation(
        Verb verb,
        String path,
        String summary,
        List<Parameter> parameters,
        Takes takes,
        Gives gives,
        Handler handler) {
    public Operation {
        parameters = List.copyOf(parameters);
    }

    /// Methods that operations have. What changes something is never a GET.
    public enum Verb {
        GET,
        PUT,
        POST,
        PATCH;

        boolean changes() {
            return this != GET;
        }
    }

    /// Where a parameter stands in a request.
    public enum In {
        PATH,
        QUERY,
        HEADER
    }

    /// A value in the path, a parameter of the query, or a header field.
    public record Parameter(String name, String says, In in, boolean required) {}

    /// What a request carries.
    ///
    /// @param type a record for JSON, String for text, Void for nothing
    /// @param media types that are taken, the usual one first
    /// @param most bytes
    public record Takes(Class<?> type, List<String> media, int most) {
        private static final int SMALL = 64 << 10;
        private static final int CONFIGURATION = 8 << 20;

        public static final Takes NOTHING = new Takes(Void.class, List.of(), 0);

        /// The text of a configuration: ten thousand routes are a megabyte.
        public static final Takes CONFIG =
                new Takes(
                        String.class,
                        List.of(
                                "application/yaml",
                                "text/yaml",
                                "application/x-yaml",
                                "text/plain"),
                        CONFIGURATION);

        public static Takes json(Class<? extends Record> type) {
            return new Takes(
                    type, List.of("application/json", "application/merge-patch+json"), SMALL);
        }
    }

    /// What a good answer carries.
    ///
    /// @param type a record of JSON or Void; a list of these if `many`
    public record Gives(Class<?> type, boolean many, List<String> media) {
        public static Gives one(Class<? extends Record> type) {
            return new Gives(type, false, List.of("application/json"));
        }

        public static Gives many(Class<? extends Record> type) {
            return new Gives(type, true, List.of("application/json"));
        }

        public static Gives other(String... media) {
            return new Gives(Void.class, false, List.of(media));
        }
    }

    /// Does it.
    @FunctionalInterface
    public interface Handler {
        Answer answer(Call call) throws Refused;
    }

    public static Operation get(String path, String summary, Gives gives, Handler handler) {
        return new Operation(Verb.GET, path, summary, List.of(), Takes.NOTHING, gives, handler);
    }

    public static Operation change(
            Verb verb, String path, String summary, Takes takes, Gives gives, Handler handler) {
        return new Operation(verb, path, summary, List.of(), takes, gives, handler);
    }

    /// With one parameter more; those in the path are there by themselves, and get their sentence by this.
    public Operation with(String name, String says) {
        boolean inPath = path.contains("{" + name + "}");
        return with(new Parameter(name, says, inPath ? In.PATH : In.QUERY, inPath));
    }

    /// Does it only for who has seen what is: [Call#expects].
    ///
    /// @param required whether that has to be said
    Operation forWhoHasSeen(String what, boolean required) {
        return with(new Parameter("If-Match", "Entity tag of " + what, In.HEADER, required));
    }

    private Operation with(Parameter parameter) {
        List<Parameter> more = new ArrayList<>(parameters);
        more.add(parameter);
        return new Operation(verb, path, summary, more, takes, gives, handler);
    }
}
