package dev.weir.bench;

import dev.weir.exchange.Exchange;
import dev.weir.filter.FilterChain;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.filter.headers.HeadersConfig;
import dev.weir.http.ForwardedFields;
import dev.weir.http.HeadWriter;
import dev.weir.http.HeadWriter.Persistence;
import dev.weir.http.HttpDate;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.Provenance;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseParser;
import dev.weir.preamble.Ends;
import dev.weir.runtime.Clock;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a head costs from the bytes that came to the bytes that go: read, say where the request comes from, let the
/// route's `headers` filter edit, write. For a request with 12 fields, and for its answer; steps and order as `Way`,
/// `Forward` and `Http1Connection` have them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderEditsBench {
    /// What the route's filters do to each head.
    public enum Edits {
        /// The route has no filter.
        NONE,

        /// One field removed, one set, one added.
        THREE;

        FilterChain filters() {
            if (this == NONE) {
                return FilterChain.EMPTY;
            }
            var edits =
                    new HeadersConfig.Edits(
                            Map.of("X-Gateway", "weir"),
                            Map.of("Cache-Control", "no-store"),
                            List.of("Priority", "Server"));
            var site = new FilterSite("bench", Path.of(""), Clock.system(), 1, _ -> {});
            return new FilterChain(List.of(new HeadersConfig(edits, edits).build(site)));
        }
    }

    @Param public Edits edits = Edits.NONE;

    private final RequestParser requests = new RequestParser(LimitsConfig.DEFAULTS);
    private final ResponseParser answers = new ResponseParser(LimitsConfig.DEFAULTS);
    private final Provenance provenance = new Provenance(List.of(), ForwardedFields.X_FORWARDED);
    private final InetSocketAddress address =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    private final Provenance.Peer peer = provenance.peer(new Ends(address, address));
    private final SplittableRandom random = new SplittableRandom(1);
    private final HeadWriter writer = new HeadWriter();
    private final byte[] date = new HttpDate().at(System.currentTimeMillis());
    private final ByteBuf requestBytes = BrowserMessages.request();
    private final ByteBuf answerBytes = BrowserMessages.answer();
    private final Exchange exchange = new Exchange();
    private FilterChain filters = FilterChain.EMPTY;

    /// Leaves the request as it went to the endpoint: answers are shown to the filters that it has passed.
    @Setup
    public void build() {
        filters = edits.filters();
        if (request() == 0 || answer() == 0) {
            throw new IllegalStateException("the heads are not read whole");
        }
        request();
    }

    @TearDown
    public void release() {
        requestBytes.release();
        answerBytes.release();
    }

    /// @return bytes of the head for the endpoint
    @Benchmark
    public int request() {
        exchange.clear();
        Parsed parsed = requests.parse(requestBytes.readerIndex(0), exchange.request());
        String scheme = provenance.scheme(exchange.request(), peer, false);
        InetAddress client = provenance.write(exchange.request(), peer, false, random);
        exchange.cameFrom(peer.address(), client, "web", scheme);
        Verdict verdict = filters.onRequest(exchange);
        writer.request(exchange.request(), "endpoint");
        return parsed == Parsed.COMPLETE && verdict == Verdict.PASS ? writer.length() : 0;
    }

    /// @return bytes of the head for the client
    @Benchmark
    public int answer() {
        Parsed parsed = answers.parse(answerBytes.readerIndex(0), exchange.response(), false);
        filters.onResponse(exchange, exchange.response());
        writer.response(exchange.response(), false, Persistence.OPEN, date);
        return parsed == Parsed.COMPLETE ? writer.length() : 0;
    }

    /// The head written last.
    String written() {
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.US_ASCII);
    }
}
