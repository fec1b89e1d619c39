package dev.weir.trace;

import dev.weir.otlp.CollectorAddress;
import dev.weir.otlp.OtlpConfig;
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
                                "The collector that gets the spans: its URL, or that and how it is spoken to.",
                        example = "http://127.0.0.1:4318")
                OtlpConfig otlp,
        @Says(
                        "How many of the requests are traced. Where a trusted proxy has decided"
                                + " that already, its decision holds.")
                @Within(min = "0%", max = "100%")
                Percent sample,
        @Says("What this gateway is called in traces: its `service.name`.") String name) {

    public static final TracesConfig DEFAULTS =
            new TracesConfig(OtlpConfig.DEFAULTS, Percent.of(1), "weir");

    public static TracesConfig to(String otlp) {
        return to(OtlpConfig.of(CollectorAddress.of(otlp)));
    }

    public static TracesConfig to(OtlpConfig otlp) {
        return new TracesConfig(otlp, DEFAULTS.sample, DEFAULTS.name);
    }

    public TracesConfig withSample(Percent sample) {
        return new TracesConfig(otlp, sample, name);
    }
}
