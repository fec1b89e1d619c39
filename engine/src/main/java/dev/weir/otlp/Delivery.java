package dev.weir.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.http.RetryAfter;
import dev.weir.runtime.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Brings batches to a collector by OTLP over HTTP. One thread sends, and waits there for as long as it takes; [#hurry] and [#close] are
/// for any thread.
///
/// A batch that is refused for now (429, 502, 503, 504, or no answer) is sent again, six times in all: after what `Retry-After` says,
/// else after a second, and then twice as long each time, give or take a half. What is refused for good is not sent again.
///
/// Source: OpenTelemetry Protocol Specification, "OTLP/HTTP".
public final class Delivery implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int MOST_TRIES = 6;
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000;

    /// Who says a longer time may have the time of day wrong.
    private static final long LONGEST_PAUSE_NANOS = 600_000_000_000L;

    /// An answer is an object with two fields.
    private static final int MOST_ANSWER_BYTES = 64 << 10;

    private static final int MOST_SAID = 200;

    private final OtlpConfig config;
    private final Envelope envelope;
    private final Site site;
    private final Connections connections;
    private final CountDownLatch hurry = new CountDownLatch(1);
    private volatile boolean closed;

    /// What became of a batch.
    ///
    /// @param lost how many of it the collector has not taken
    /// @param why they are lost; empty if none is
    public record Outcome(long lost, String why) {}

    /// What a collector said to one try.
    ///
    /// @param pauseNanos to wait before the next try if it is to be one; -1 if it says nothing of that
    private record Answer(boolean taken, boolean again, long pauseNanos, byte[] body, String why) {}

    /// What a delivery uses of the process.
    ///
    /// @param directory where relative file names start
    /// @param random decides how long to wait for a collector that is away
    /// @param says takes lines to people; thread-safe
    public record Site(
            Path directory, Clock clock, RandomGenerator random, Consumer<String> says) {}

    private Delivery(OtlpConfig config, Envelope envelope, Site site) {
        this.config = config;
        this.envelope = envelope;
        this.site = site;
        this.connections = Connections.to(config, site, ANSWER);
    }

    /// Connects to nobody yet.
    ///
    /// @throws IllegalArgumentException with a sentence for the user, if the files for TLS cannot be used
    public static Delivery to(OtlpConfig config, Envelope envelope, Site site) {
        return new Delivery(config, envelope, site);
    }

    /// Where it goes, for people.
    public String name() {
        return config.url().toString();
    }

    /// Sends a batch, and sends it again while that makes sense. Blocks.
    ///
    /// @param items JSON objects with a comma or a line's end between them
    /// @param count how many these are
    public Outcome send(byte[] items, int from, int to, long count) {
        byte[] body = envelope.around(items, from, to);
        if (config.compression() == OtlpConfig.Compression.GZIP) {
            body = gzip(body);
        }
        Answer answer = ask(body);
        for (int tries = 1; !answer.taken && answer.again && tries < MOST_TRIES; tries++) {
            if (!pause(answer, tries)) {
                break;
            }
            answer = ask(body);
        }
        return answer.taken ? taken(count, answer.body) : new Outcome(count, answer.why);
    }

    /// From now on each batch is sent once, and nothing is waited for.
    public void hurry() {
        hurry.countDown();
    }

    /// Gives up what is under way; whatever is sent from now on is lost.
    @Override
    public void close() {
        closed = true;
        hurry();
        connections.close();
    }

    // ---- the sender's thread ----

    /// Whether there is to be another try.
    private boolean pause(Answer answer, int tries) {
        long usual = FIRST_PAUSE_NANOS << tries - 1;
        long nanos =
                answer.pauseNanos >= 0
                        ? answer.pauseNanos
                        : usual / 2 + (long) (site.random.nextDouble() * usual);
        try {
            return !hurry.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Answer ask(byte[] body) {
        if (closed) {
            return failed("Weir stops", false);
        }
        CompletableFuture<Integer> status = new CompletableFuture<>();
        HttpResponse.BodyHandler<byte[]> reading =
                head -> {
                    status.complete(head.statusCode());
                    return BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES)
                            .apply(head);
                };
        CompletableFuture<HttpResponse<byte[]>> asked =
                connections.client().sendAsync(request(body), reading);
        try {
            return answer(asked.get(ANSWER.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            asked.cancel(true);
            return broken(status, "no answer in " + ANSWER.toSeconds() + " seconds");
        } catch (ExecutionException e) {
            return broken(status, said(e.getCause()));
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return failed("interrupted", false);
        }
    }

    /// The answer did not come to its end. What its head says, holds: a batch that was taken would be there twice.
    private static Answer broken(CompletableFuture<Integer> head, String why) {
        int status = head.getNow(0);
        return status / 100 == 2
                ? new Answer(true, false, -1, new byte[0], "")
                : failed(why, status == 0 || again(status));
    }

    private static boolean again(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    private HttpRequest request(byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(config.url().at(envelope.signal().path))
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "Weir/" + envelope.version())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (config.compression() == OtlpConfig.Compression.GZIP) {
            request.header("Content-Encoding", "gzip");
        }
        config.headers().forEach(request::setHeader);
        return request.build();
    }

    private Answer answer(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String after = response.headers().firstValue("Retry-After").orElse(null);
        return new Answer(
                status / 100 == 2,
                again(status),
                Math.min(RetryAfter.nanos(after, site.clock.millis()), LONGEST_PAUSE_NANOS),
                response.body(),
                "it answers " + status);
    }

    private static Answer failed(String why, boolean again) {
        return new Answer(false, again, -1, new byte[0], why);
    }

    /// The JDK says of a refused connection nothing, with a cause that says nothing either.
    private static String said(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each.getMessage();
            if (message != null && !message.isBlank()) {
                return message;
            }
        }
        return failure instanceof ConnectException
                ? "nobody listens there"
                : failure == null ? "no answer" : failure.getClass().getSimpleName();
    }

    /// A collector may take some of a batch and refuse the rest for good (`ExportTracePartialSuccess`, `ExportLogsPartialSuccess`).
    private Outcome taken(long count, byte[] answer) {
        try {
            JsonNode partial = new ObjectMapper().readTree(answer).path("partialSuccess");
            long refused = partial.path(envelope.signal().rejected).asLong();
            if (refused > 0) {
                return new Outcome(
                        Math.min(refused, count),
                        "it refuses some: "
                                + partial.path("errorMessage")
                                        .asText()
                                        .transform(Delivery::beginning));
            }
        } catch (IOException _) {
            // Whatever it says beside 200, it has taken them.
        }
        return new Outcome(0, "");
    }

    private static String beginning(String message) {
        return message.substring(0, Math.min(message.length(), MOST_SAID));
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream small = new ByteArrayOutputStream(body.length / 4);
        try (OutputStream out = new GZIPOutputStream(small)) {
            out.write(body);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
        return small.toByteArray();
    }
}
