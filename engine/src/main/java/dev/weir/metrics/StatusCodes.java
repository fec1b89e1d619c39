package dev.weir.metrics;

import java.util.BitSet;

/// The status codes that have a series of their own. Any other is counted as the first of its class, as a client has to
/// take it (RFC 9110 §15): an endpoint that makes up codes cannot make up series. Immutable.
final class StatusCodes {
    /// The registry of IANA, from and to.
    private static final int[] REGISTERED = {
        100, 104, 200, 208, 226, 226, 300, 305, 307, 308, 400, 418, 421, 426, 428, 429, 431, 431,
        451, 451, 500, 508, 510, 511
    };

    private static final BitSet KNOWN = known();

    private StatusCodes() {}

    private static BitSet known() {
        BitSet known = new BitSet();
        for (int i = 0; i < REGISTERED.length; i += 2) {
            known.set(REGISTERED[i], REGISTERED[i + 1] + 1);
        }
        return known;
    }

    /// @return the code, or the first of its class; 0 stays 0
    static int counted(int status) {
        return KNOWN.get(status) ? status : Math.clamp(status / 100 * 100, 0, 500);
    }

    /// As a label; empty for 0.
    static String label(int counted) {
        return counted == 0 ? "" : Integer.toString(counted);
    }
}
