package dev.weir.bench.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// What a run has found, of its recorded part.
///
/// @param requests answered whole, whatever the status
/// @param micros from the begin of the recorded part to its last outcome
/// @param intendedRate requests per second
/// @param sentRate requests per second; less than intended where the proxy or the generator could not follow
/// @param lateStarts requests that the generator itself looked at more than a millisecond after their time
/// @param faults counted by the position of [Fault]
/// @param latencies in microseconds, from the intended time
/// @param bytes of answers
/// @param idleClosed idle connections that the proxy closed
record Result(
        long requests,
        long micros,
        double intendedRate,
        double sentRate,
        long lateStarts,
        long[] faults,
        Histogram latencies,
        long bytes,
        int idleClosed) {

    long faults(Fault fault) {
        return faults[fault.ordinal()];
    }

    String json() {
        String errors =
                Arrays.stream(Fault.values())
                        .map(fault -> name(fault) + ": " + faults(fault))
                        .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "{\"requests\": %d, \"micros\": %d, \"intended_rate\": %.3f, \"sent_rate\": %.3f,"
                        + " \"late_starts\": %d, \"errors\": {%s}, \"p50_micros\": %d, \"p90_micros\": %d,"
                        + " \"p99_micros\": %d, \"p999_micros\": %d, \"max_micros\": %d, \"mean_micros\": %.1f,"
                        + " \"bytes\": %d, \"idle_closed\": %d, \"histogram\": \"%s\"}",
                requests,
                micros,
                intendedRate,
                sentRate,
                lateStarts,
                errors,
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(90),
                latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9),
                latencies.getMaxValue(),
                latencies.getMean(),
                bytes,
                idleClosed,
                compressed());
    }

    private static String name(Fault fault) {
        return '"' + fault.name().toLowerCase(Locale.ROOT) + '"';
    }

    /// HdrHistogram's compressed form, version 2, in base64.
    private String compressed() {
        ByteBuffer out = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(out);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(out.array(), length));
    }
}
