package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static ByteBuf read(int length, int capacity) {
        return ByteBufAllocator.DEFAULT.ioBuffer(capacity).writeBytes(new byte[length]);
    }

    /// What is left of a buffer when somebody holds on to some of it.
    private static int heldBy(ByteBuf in, int length) {
        ByteBuf taken = Reads.take(in, length);
        assertThat(taken.readableBytes()).isEqualTo(length);
        in.release();
        int held = in.refCnt() == 0 ? taken.capacity() : in.capacity();
        taken.release();
        assertThat(in.refCnt()).isZero();
        return held;
    }

    @Test
    void fewBytesInALargeBufferAreCopiedOutOfIt() {
        assertThat(heldBy(read(1500, 256 << 10), 1500)).isLessThan(4096);
        assertThat(heldBy(read(60 << 10, 256 << 10), 1000)).isLessThan(4096);
    }

    @Test
    void aBufferThatIsWellFilledIsNotCopied() {
        assertThat(heldBy(read(64 << 10, 256 << 10), 16 << 10)).isEqualTo(256 << 10);
        assertThat(heldBy(read(100, 2 << 10), 100)).isEqualTo(2 << 10);
    }

    @Test
    void aPieceOfAPieceIsJudgedByTheWholeBuffer() {
        ByteBuf sparse = read(2000, 256 << 10);
        ByteBuf piece = Reads.take(sparse.slice(0, 1000), 500);
        assertThat(sparse.refCnt()).isEqualTo(1);
        piece.release();
        sparse.release();
        ByteBuf dense = read(200 << 10, 256 << 10);
        piece = Reads.take(dense.slice(0, 1000), 500);
        assertThat(dense.refCnt()).isEqualTo(2);
        piece.release();
        dense.release();
    }
}
