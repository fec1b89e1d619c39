package dev.weir.bench;

import dev.weir.http.BodyReader;
import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.RequestHead;
import dev.weir.http.RequestParser;
import dev.weir.http.ResponseHead;
import dev.weir.http.ResponseParser;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What reading costs: the head of a request with 12 fields, that of an answer, and 16 KB in four chunks. Heads are
/// reused, as connections reuse them.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParseBench {
    private final RequestParser requests = new RequestParser(LimitsConfig.DEFAULTS);
    private final ResponseParser answers = new ResponseParser(LimitsConfig.DEFAULTS);
    private final BodyReader body = new BodyReader(LimitsConfig.DEFAULTS);
    private final RequestHead request = new RequestHead();
    private final ResponseHead answer = new ResponseHead();
    private final ByteBuf requestBytes = BrowserMessages.request();
    private final ByteBuf answerBytes = BrowserMessages.answer();
    private final ByteBuf chunkBytes = BrowserMessages.chunks();

    @Setup
    public void check() {
        if (requestHead() != Parsed.COMPLETE
                || responseHead() != Parsed.COMPLETE
                || chunkedBody() != 4 * 4096
                || !body.done()) {
            throw new IllegalStateException("the messages are not read whole");
        }
    }

    @TearDown
    public void release() {
        requestBytes.release();
        answerBytes.release();
        chunkBytes.release();
    }

    @Benchmark
    public Parsed requestHead() {
        request.clear();
        return requests.parse(requestBytes.readerIndex(0), request);
    }

    @Benchmark
    public Parsed responseHead() {
        return answers.parse(answerBytes.readerIndex(0), answer, false);
    }

    /// @return bytes of content
    @Benchmark
    public int chunkedBody() {
        ByteBuf in = chunkBytes.readerIndex(0);
        body.begin(ResponseHead.CHUNKED);
        int content = 0;
        int length = body.next(in);
        while (length > 0) {
            in.skipBytes(length);
            content += length;
            length = body.next(in);
        }
        return content;
    }
}
