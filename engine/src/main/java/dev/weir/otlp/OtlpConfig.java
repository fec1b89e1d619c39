package dev.weir.otlp;

import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Secret;
import dev.weir.schema.Short;
import java.util.Map;
import java.util.Optional;

/// Where a collector is, and how it is spoken to. Immutable.
@Key("otlp")
@Says("A collector that takes OTLP over HTTP.")
public record OtlpConfig(
        @Required
                @Says(
                        value = "The collector's URL; `/v1/traces` or `/v1/logs` is added to it.",
                        example = "http://127.0.0.1:4318")
                CollectorAddress url,
        @Secret
                @Says(
                        value = "Fields that go with all that is sent, such as a key.",
                        example = "{ Api-Key: \"${OTLP_KEY:-}\" }")
                Map<String, String> headers,
        @Says("Whether what is sent is made smaller.") Compression compression,
        @Says("Whom an `https` collector's certificate must come from, and what Weir shows it.")
                Optional<CollectorTlsConfig> tls) {

    public static final OtlpConfig DEFAULTS = of(CollectorAddress.of("http://127.0.0.1:4318"));

    public OtlpConfig {
        headers = Map.copyOf(headers);
    }

    @Short("a URL, such as http://127.0.0.1:4318")
    public static OtlpConfig of(CollectorAddress url) {
        return new OtlpConfig(url, Map.of(), Compression.NONE, Optional.empty());
    }

    public OtlpConfig withHeaders(Map<String, String> headers) {
        return new OtlpConfig(url, headers, compression, tls);
    }

    public OtlpConfig withCompression(Compression compression) {
        return new OtlpConfig(url, headers, compression, tls);
    }

    public OtlpConfig withTls(CollectorTlsConfig tls) {
        return new OtlpConfig(url, headers, compression, Optional.of(tls));
    }

    /// What is done to a body before it is sent; every collector must take both (OTLP specification, "Protocol Details").
    public enum Compression {
        @Says("as it is")
        @Key("none")
        NONE,
        @Says("by gzip, to about a tenth")
        @Key("gzip")
        GZIP
    }
}
