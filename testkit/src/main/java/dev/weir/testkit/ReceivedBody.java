package dev.weir.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a request as it arrives at a {@link ScriptedEndpoint}. Up to 1 MiB is kept, longer bodies are
/// only counted and hashed. Thread-safe: a test may look while the rest still comes.
public final class ReceivedBody {
    private static final int MOST_KEPT = 1 << 20;

    private final MessageDigest digest = Digests.sha256();
    private @Nullable ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long size;
    private boolean complete;
    private List<HeaderLine> trailers = List.of();

    ReceivedBody() {}

    /// Bytes that arrived so far, without transfer coding.
    public synchronized long size() {
        return size;
    }

    /// Whether all of it arrived.
    public synchronized boolean complete() {
        return complete;
    }

    /// The bytes.
    ///
    /// @throws IllegalStateException if some are still to come or if there were more than 1 MiB
    public synchronized byte[] bytes() {
        requireComplete();
        if (kept == null) {
            throw new IllegalStateException(
                    "a body of " + size + " bytes is not kept; compare size() and sha256()");
        }
        return kept.toByteArray();
    }

    /// What has come behind so many bytes, whether or not that is all.
    synchronized byte[] behind(int have) {
        if (kept == null) {
            throw new IllegalStateException("a body of " + size + " bytes is not kept");
        }
        byte[] all = kept.toByteArray();
        return Arrays.copyOfRange(all, have, all.length);
    }

    /// The bytes as UTF-8, as {@link #bytes()} gives them.
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// Of all bytes, in lower-case hex.
    ///
    /// @throws IllegalStateException if some are still to come
    public synchronized String sha256() {
        requireComplete();
        MessageDigest whole = kept == null ? digest : Digests.sha256();
        byte[] hash = kept == null ? clonedHash() : whole.digest(kept.toByteArray());
        return HexFormat.of().formatHex(hash);
    }

    /// The lines after a chunked body.
    public synchronized List<HeaderLine> trailers() {
        requireComplete();
        return trailers;
    }

    /// Whether the bytes are at hand, not only their number and hash.
    synchronized boolean isKept() {
        return kept != null;
    }

    synchronized void take(byte[] bytes, int length) {
        size += length;
        if (kept != null && size <= MOST_KEPT) {
            kept.write(bytes, 0, length);
            return;
        }
        if (kept != null) {
            digest.update(kept.toByteArray());
            kept = null;
        }
        digest.update(bytes, 0, length);
    }

    synchronized void end(List<HeaderLine> last) {
        trailers = last;
        complete = true;
    }

    private byte[] clonedHash() {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the platform's SHA-256 can be cloned", e);
        }
    }

    private void requireComplete() {
        if (!complete) {
            throw new IllegalStateException(
                    "the body has not arrived in full ("
                            + size
                            + " bytes so far); a behaviour calls wire.readBody() first");
        }
    }
}
