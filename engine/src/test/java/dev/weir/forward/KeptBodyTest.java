package dev.weir.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeptBodyTest {
    /// With io_uring the kernel reads from where the bytes were when they were sent.
    @Test
    void whatWasSentStaysWhereItIsWhileMoreIsKept() {
        KeptBody kept = new KeptBody();
        add(kept, "a".repeat(3000));
        ByteBuf sent = kept.copy();
        long place = sent.memoryAddress();
        for (int i = 0; i < 20; i++) {
            add(kept, "b".repeat(3000));
        }
        assertThat(sent.memoryAddress()).isEqualTo(place);
        assertThat(sent.toString(StandardCharsets.US_ASCII)).isEqualTo("a".repeat(3000));
        sent.release();
        ByteBuf all = kept.copy();
        assertThat(all.toString(StandardCharsets.US_ASCII))
                .isEqualTo("a".repeat(3000) + "b".repeat(60_000));
        all.release();
        kept.forget();
        assertThat(all.refCnt()).isZero();
    }

    private static void add(KeptBody kept, String text) {
        ByteBuf data = ByteBufAllocator.DEFAULT.directBuffer(text.length());
        data.writeCharSequence(text, StandardCharsets.US_ASCII);
        kept.add(data);
        data.release();
    }
}
