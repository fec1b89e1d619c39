package dev.weir.bench.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The bytes of a request or an answer, made from the request's id: no two requests have the same bytes, and
/// no two blocks of one body, so what is lost, doubled, swapped or another's changes the hash. Exists only while it
/// is sent. Immutable.
///
/// @param id of the request
/// @param length in bytes
record Body(String id, long length) {
    private static final int BLOCK = 8 << 10;

    /// FNV-1a, 64 bits.
    private static final long FNV_BASIS = 0xcbf29ce484222325L;

    private static final long FNV_PRIME = 0x100000001b3L;

    /// The golden ratio's fraction, the step of SplitMix64.
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private interface Target {
        void take(byte[] block, int length) throws IOException;
    }

    /// Writes the bytes as they are.
    void writeTo(OutputStream out) throws IOException {
        each((block, length) -> out.write(block, 0, length));
    }

    /// Writes the bytes in the chunked coding, without the last chunk.
    ///
    /// @return their SHA-256 in lower-case hex; computed on the way, as whoever reads would take a long computation at the end
    ///     for a pause
    String writeChunksTo(OutputStream out) throws IOException {
        MessageDigest digest = digest();
        each(
                (block, length) -> {
                    digest.update(block, 0, length);
                    out.write(latin1(Integer.toHexString(length) + "\r\n"));
                    out.write(block, 0, length);
                    out.write(latin1("\r\n"));
                });
        return hex(digest);
    }

    /// SHA-256 in lower-case hex; makes the whole body to compute it.
    String sha256() {
        MessageDigest digest = digest();
        try {
            each((block, length) -> digest.update(block, 0, length));
        } catch (IOException e) {
            throw new AssertionError("a digest does no I/O", e);
        }
        return hex(digest);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void each(Target target) throws IOException {
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK, (length + 7) / 8 * 8));
        long salt = salt();
        for (int i = 0; i < block.capacity() / 8; i++) {
            block.putLong(i * 8, mix(salt + i * STEP));
        }
        long left = length;
        for (long index = 0; left > 0; index++) {
            block.putLong(0, mix(salt ^ index));
            int part = (int) Math.min(left, BLOCK);
            target.take(block.array(), part);
            left -= part;
        }
    }

    private long salt() {
        long hash = FNV_BASIS;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    private static long mix(long z) {
        long y = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long x = (y ^ y >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }
}
