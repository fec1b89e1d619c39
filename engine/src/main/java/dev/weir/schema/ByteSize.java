package dev.weir.schema;

/// An amount of bytes, written with its unit: `512B`, `64KiB`, `10MiB`, `1GiB`. Immutable.
public record ByteSize(long bytes) {
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative");
        }
    }

    public static ByteSize kib(long count) {
        return new ByteSize(count << 10);
    }

    public static ByteSize mib(long count) {
        return new ByteSize(count << 20);
    }

    @Override
    public String toString() {
        if (bytes == 0) {
            return "0B";
        }
        int shift = Math.min(Long.numberOfTrailingZeros(bytes) / 10, 3);
        return (bytes >> (10 * shift)) + new String[] {"B", "KiB", "MiB", "GiB"}[shift];
    }
}
