package dev.weir.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What stands around the spans, or log records, of one request to a collector, in OTLP's JSON encoding: who sends them. Immutable.
///
/// Source: OpenTelemetry Protocol Specification, "JSON Protobuf Encoding".
public final class Envelope {
    private final Signal signal;
    private final String version;
    private final byte[] head;
    private final byte[] tail = "]}]}]}".getBytes(StandardCharsets.US_ASCII);

    /// What a collector takes.
    public enum Signal {
        SPANS("/v1/traces", "resourceSpans", "scopeSpans", "spans", "rejectedSpans"),
        LOG_RECORDS("/v1/logs", "resourceLogs", "scopeLogs", "logRecords", "rejectedLogRecords");

        final String path;
        final String resources;
        final String scopes;
        final String items;
        final String rejected;

        Signal(String path, String resources, String scopes, String items, String rejected) {
            this.path = path;
            this.resources = resources;
            this.scopes = scopes;
            this.items = items;
            this.rejected = rejected;
        }
    }

    /// @param name what the sender is called: its `service.name`
    /// @param version of Weir
    public Envelope(Signal signal, String name, String version) {
        this.signal = signal;
        this.version = version;
        this.head = head(signal, Map.of("service.name", name, "service.version", version), version);
    }

    private static byte[] head(Signal signal, Map<String, String> resource, String version) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            out.writeStartObject();
            out.writeArrayFieldStart(signal.resources);
            out.writeStartObject();
            out.writeObjectFieldStart("resource");
            out.writeArrayFieldStart("attributes");
            for (Map.Entry<String, String> each : resource.entrySet()) {
                out.writeStartObject();
                out.writeStringField("key", each.getKey());
                out.writeObjectFieldStart("value");
                out.writeStringField("stringValue", each.getValue());
                out.writeEndObject();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
            out.writeArrayFieldStart(signal.scopes);
            out.writeStartObject();
            out.writeObjectFieldStart("scope");
            out.writeStringField("name", "dev.weir");
            out.writeStringField("version", version);
            out.writeEndObject();
            out.writeArrayFieldStart(signal.items);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
        return bytes.toByteArray();
    }

    /// Of Weir.
    String version() {
        return version;
    }

    public Signal signal() {
        return signal;
    }

    /// The body of a request.
    ///
    /// @param items JSON objects with a comma or a line's end between them, and perhaps a line's end behind the last
    public byte[] around(byte[] items, int from, int to) {
        int end = to > from && items[to - 1] == '\n' ? to - 1 : to;
        byte[] body = new byte[head.length + end - from + tail.length];
        System.arraycopy(head, 0, body, 0, head.length);
        for (int i = from; i < end; i++) {
            // Inside of texts a line's end is written as an escape.
            body[head.length + i - from] = items[i] == '\n' ? (byte) ',' : items[i];
        }
        System.arraycopy(tail, 0, body, head.length + end - from, tail.length);
        return body;
    }
}
