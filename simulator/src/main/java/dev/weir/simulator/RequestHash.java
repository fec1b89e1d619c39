package dev.weir.simulator;

/// As the proxy hands on a hash of what a request says (MurmurHash3's finaliser). Stateless.
final class RequestHash {
    private RequestHash() {}

    static long of(long key) {
        long mixed = (key ^ key >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
