package dev.weir.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Spans in OTLP's JSON encoding: names in lowerCamelCase, identifiers in hex, 64-bit numbers as texts (OpenTelemetry Protocol
/// Specification, "JSON Protobuf Encoding"). Thread-safe.
final class SpanJson {
    private static final int ERROR = 2;

    private final JsonFactory json = new JsonFactoryBuilder().rootValueSeparator(",").build();

    /// One object for each span, with a comma between them: the `spans` of an `ExportTraceServiceRequest`.
    byte[] write(List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 * spans.size());
        try (JsonGenerator out = json.createGenerator(bytes)) {
            for (Span span : spans) {
                write(span, out);
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
        return bytes.toByteArray();
    }

    private static void write(Span span, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("traceId", span.trace());
        out.writeStringField("spanId", span.id());
        if (!span.parent().isEmpty()) {
            out.writeStringField("parentSpanId", span.parent());
        }
        if (!span.state().isEmpty()) {
            out.writeStringField("traceState", span.state());
        }
        out.writeStringField("name", span.name());
        out.writeNumberField("kind", span.kind().number());
        out.writeStringField("startTimeUnixNano", Long.toString(span.startNanos()));
        out.writeStringField("endTimeUnixNano", Long.toString(span.endNanos()));
        attributes(span.attributes(), out);
        if (span.failed()) {
            out.writeObjectFieldStart("status");
            out.writeNumberField("code", ERROR);
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void attributes(Map<String, ?> attributes, JsonGenerator out)
            throws IOException {
        out.writeArrayFieldStart("attributes");
        for (Map.Entry<String, ?> each : attributes.entrySet()) {
            out.writeStartObject();
            out.writeStringField("key", each.getKey());
            out.writeObjectFieldStart("value");
            if (each.getValue() instanceof Number number) {
                out.writeStringField("intValue", Long.toString(number.longValue()));
            } else {
                out.writeStringField("stringValue", String.valueOf(each.getValue()));
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
