package dev.weir.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/// A body of any size that exists only while it is sent: the same bytes for the same size, every 64 KiB block
/// different, so that lost, doubled or swapped blocks change the digest. Immutable; constant memory.
public record GeneratedBody(long bytes) {
    private static final int BLOCK = 64 * 1024;
    private static final long SEED = 20260101;

    public GeneratedBody {
        if (bytes < 0) {
            throw new IllegalArgumentException("a body has no " + bytes + " bytes");
        }
    }

    /// Writes the bytes, 64 KiB at a time.
    public void writeTo(OutputStream out) throws IOException {
        each(out::write);
    }

    /// Writes the bytes in the chunked coding, last chunk included, without trailers.
    public void writeChunkedTo(OutputStream out) throws IOException {
        each(
                (block, offset, length) -> {
                    out.write(Text.bytes(Integer.toHexString(length) + "\r\n"));
                    out.write(block, offset, length);
                    out.write(Text.bytes("\r\n"));
                });
        out.write(Text.bytes("0\r\n\r\n"));
    }

    /// The bytes to be read, generated as they are. Confined to one thread.
    public InputStream stream() {
        return new InputStream() {
            private final byte[] block = firstBlock();
            private long at;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (at == bytes) {
                    return -1;
                }
                int from = (int) (at % BLOCK);
                number(block, at / BLOCK);
                int read = (int) Math.min(Math.min(length, BLOCK - from), bytes - at);
                System.arraycopy(block, from, target, offset, read);
                at += read;
                return read;
            }
        };
    }

    /// SHA-256 in lower-case hex of what is read, in constant memory.
    public static String sha256(InputStream in) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] part = new byte[BLOCK];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            digest.update(part, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// SHA-256 in lower-case hex. Generates the whole body to compute it.
    public String sha256() {
        MessageDigest digest = Digests.sha256();
        try {
            each(digest::update);
        } catch (IOException e) {
            throw new AssertionError("a digest does no I/O", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private interface Target {
        void take(byte[] block, int offset, int length) throws IOException;
    }

    private void each(Target target) throws IOException {
        byte[] block = firstBlock();
        long left = bytes;
        for (long index = 0; left > 0; index++) {
            number(block, index);
            int length = (int) Math.min(left, BLOCK);
            target.take(block, 0, length);
            left -= length;
        }
    }

    private static byte[] firstBlock() {
        byte[] block = new byte[BLOCK];
        new Random(SEED).nextBytes(block);
        return block;
    }

    private static void number(byte[] block, long index) {
        for (int i = 0; i < 8; i++) {
            block[i] = (byte) (index >> (8 * i));
        }
    }
}
