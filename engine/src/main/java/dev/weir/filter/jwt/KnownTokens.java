package dev.weir.filter.jwt;

import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Tokens that were found good, by their SHA-256, so that a client's next request costs no signature. At most
/// [#MOST]; one that falls on another's place takes it. Thread-safe and lock-free.
///
/// What depends on the time is not kept: the filter looks at it each time.
final class KnownTokens {
    static final int MOST = 1024;

    private record Known(byte[] digest, Checked.Accepted accepted) {}

    private final AtomicReferenceArray<@Nullable Known> places = new AtomicReferenceArray<>(MOST);

    Checked.@Nullable Accepted find(byte[] digest) {
        Known known = places.get(place(digest));
        return known != null && MessageDigest.isEqual(known.digest, digest) ? known.accepted : null;
    }

    void keep(byte[] digest, Checked.Accepted accepted) {
        places.set(place(digest), new Known(digest, accepted));
    }

    /// Whoever chooses tokens cannot choose signed ones, so the digest's first bits need no key.
    private static int place(byte[] digest) {
        return ((digest[0] & 0xff) << 8 | digest[1] & 0xff) % MOST;
    }
}
