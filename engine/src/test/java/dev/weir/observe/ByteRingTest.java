package dev.weir.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ByteRingTest {
    @Test
    void takesAllOrNothing() {
        ByteRing ring = new ByteRing(8);

        assertThat(ring.add(new byte[6], 6)).isEqualTo(6);
        assertThat(ring.add(new byte[3], 3)).isNegative();
        assertThat(ring.add(new byte[2], 2)).isEqualTo(8);
        assertThat(ring.length()).isEqualTo(8);
    }

    @Test
    @Timeout(30)
    void carriesBytesAcrossThreadsInOrder() throws Exception {
        ByteRing ring = new ByteRing(256);
        int messages = 20_000;
        CompletableFuture<Void> adding =
                CompletableFuture.runAsync(
                        () -> {
                            byte[] message = new byte[64];
                            for (int i = 0; i < messages; i++) {
                                int length = 1 + i % 64;
                                Arrays.fill(message, 0, length, (byte) i);
                                while (ring.add(message, length) < 0) {
                                    Thread.yield();
                                }
                            }
                        });
        byte[] taken = new byte[64];
        for (int i = 0; i < messages; i++) {
            int length = 1 + i % 64;
            while (ring.length() < length) {
                Thread.yield();
            }
            ring.take(taken, 0, length);
            for (int at = 0; at < length; at++) {
                if (taken[at] != (byte) i) {
                    throw new AssertionError("message " + i + " at " + at + ": " + taken[at]);
                }
            }
        }

        adding.get();
        assertThat(ring.length()).isZero();
    }
}
