package dev.weir.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A map from ASCII texts to values that is asked with ranges of bytes: open addressing, at most half full, so that
/// a look-up costs the same in a large table as in a small one and makes no `String`. Immutable.
///
/// The keys come from the configuration, so that clients cannot choose texts that collide.
final class BytesTable<V> {
    private record Entry<V>(int hash, byte[] key, V value) {}

    private final @Nullable Entry<V>[] slots;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type have no other way
    BytesTable(Map<String, V> values) {
        int size = Integer.highestOneBit(Math.max(1, values.size() * 2 - 1)) * 2;
        slots = new Entry[size];
        values.forEach(
                (text, value) -> {
                    byte[] key = text.getBytes(StandardCharsets.US_ASCII);
                    int hash = hash(key, 0, key.length);
                    int slot = spread(hash) & size - 1;
                    while (slots[slot] != null) {
                        slot = slot + 1 & size - 1;
                    }
                    slots[slot] = new Entry<>(hash, key, value);
                });
    }

    @Nullable V get(byte[] bytes, int from, int to) {
        return get(hash(bytes, from, to), bytes, from, to);
    }

    /// @param hash of these bytes, which the caller has added up while it looked at them; see [#add]
    @Nullable V get(int hash, byte[] bytes, int from, int to) {
        int mask = slots.length - 1;
        int slot = spread(hash) & mask;
        for (Entry<V> entry = slots[slot]; entry != null; entry = slots[slot]) {
            if (entry.hash == hash
                    && Arrays.equals(entry.key, 0, entry.key.length, bytes, from, to)) {
                return entry.value;
            }
            slot = slot + 1 & mask;
        }
        return null;
    }

    /// The hash of a text with one more byte; it begins with 0.
    static int add(int hash, byte b) {
        return hash * 31 + b;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = add(hash, bytes[i]);
        }
        return hash;
    }

    /// Texts that differ in the last letters only must not stand side by side: times 2^32 / golden ratio.
    private static int spread(int hash) {
        int product = hash * 0x9e3779b9;
        return product ^ product >>> 16;
    }
}
