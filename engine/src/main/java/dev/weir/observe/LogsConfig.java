package dev.weir.observe;

import dev.weir.otlp.OtlpConfig;
import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import java.util.Optional;

/// What is written down. Immutable.
@Says("What is written down.")
public record LogsConfig(
        @Says(
                        value = "One line per request; left out, none is written.",
                        example = "{ to: stdout, format: json }")
                Optional<Access> access,
        @Says(
                        value =
                                "A collector that gets a log record per request, whether there is an access log or not; left out, none does.",
                        example = "http://127.0.0.1:4318")
                Optional<OtlpConfig> otlp,
        @Says(
                        "What this gateway is called in log records: their `service.name`; left out, what it is called in traces, or `weir`.")
                Optional<String> name) {

    public static final LogsConfig DEFAULTS =
            new LogsConfig(Optional.empty(), Optional.empty(), Optional.empty());

    /// The access log: one line per request.
    @Says("One line per request.")
    public record Access(
            @Required
                    @Says(
                            value = "`stdout`, `stderr` or a file that is appended to.",
                            example = "stdout")
                    String to,
            @Says("How a line looks.") Format format) {
        public static final Access DEFAULTS = new Access("stdout", Format.JSON);
    }

    /// The formats of a line.
    public enum Format {
        @Says("one JSON object")
        @Key("json")
        JSON,
        @Says("the combined format of Apache and nginx")
        @Key("combined")
        COMBINED
    }
}
