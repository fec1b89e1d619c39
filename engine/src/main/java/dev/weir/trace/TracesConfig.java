package dev.weir.trace;

import dev.weir.schema.Percent;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;

/// Which requests are traced, and where their spans go. Immutable.
@Says("Which requests are traced, and where their spans go.")
public record TracesConfig(
        @Required
                @Says(
                        value =
                                "The collector's URL for OTLP over HTTP; `/v1/traces` is added to"
                                        + " it.",
                        example = "http://127.0.0.1:4318")
                CollectorAddress otlp,
        @Says(
                        "How many of the requests are traced. Where a trusted proxy has decided"
                                + " that already, its decision holds.")
                @Within(min = "0%", max = "100%")
                Percent sample,
        @Says("What this gateway is called in traces: its `service.name`.") String name) {

    public static final TracesConfig DEFAULTS =
            new TracesConfig(CollectorAddress.of("http://127.0.0.1:4318"), Percent.of(1), "weir");

    public static TracesConfig to(String otlp) {
        return new TracesConfig(CollectorAddress.of(otlp), DEFAULTS.sample, DEFAULTS.name);
    }

    public TracesConfig withSample(Percent sample) {
        return new TracesConfig(otlp, sample, name);
    }
}
