package dev.weir.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Numbers that one event loop counts and any thread may read: rows of equal width, found by a key. A row is made when its key is first
/// counted and stays; counting in it allocates nothing.
///
/// Written by its loop alone, without a lock and without an atomic step: a cell is read plain, which is right for its only writer, and
/// written opaque, which on today's processors is an ordinary store. Opaque is what readers need: a cell is never torn, what was
/// written is seen in the end, and who has seen a value never sees an older one of the same cell. Between two cells nothing is promised, so a
/// scrape may have a request in one counter and not yet in another. A row reaches readers through a data race: that is safe,
/// because all its fields are final (JLS §17.5). Source: Doug Lea, Using JDK 9 Memory Order Modes.
final class Cells {
    private static final int FIRST_ROWS = 4;

    private final int width;
    private volatile @Nullable Row[] table = new Row[FIRST_ROWS];
    private int rows;

    /// The numbers of one key.
    static final class Row {
        private final int key;
        private final AtomicLongArray cells;

        private Row(int key, int width) {
            this.key = key;
            this.cells = new AtomicLongArray(width);
        }

        int key() {
            return key;
        }

        /// Called by the loop only.
        void add(int cell, long number) {
            cells.setOpaque(cell, cells.getPlain(cell) + number);
        }

        /// Called by anybody.
        long get(int cell) {
            return cells.getOpaque(cell);
        }
    }

    /// @param width numbers per key
    Cells(int width) {
        this.width = width;
    }

    /// The row of a key. Called by the loop only.
    Row row(int key) {
        @Nullable Row[] here = table;
        int at = find(here, key);
        Row found = here[at];
        return found == null ? add(here, at, key) : found;
    }

    private Row add(@Nullable Row[] here, int at, int key) {
        Row made = new Row(key, width);
        if (++rows <= here.length / 4 * 3) {
            here[at] = made;
            return made;
        }
        @Nullable Row[] larger = new Row[here.length * 2];
        for (Row row : here) {
            if (row != null) {
                larger[find(larger, row.key)] = row;
            }
        }
        larger[find(larger, key)] = made;
        table = larger;
        return made;
    }

    /// Where a key is, or would be.
    private static int find(@Nullable Row[] in, int key) {
        int mixed = key * 0x9E3779B9;
        int at = mixed >>> 16 & in.length - 1;
        for (Row row = in[at]; row != null && row.key != key; row = in[at]) {
            at = at + 1 & in.length - 1;
        }
        return at;
    }

    /// Shows every row there is. Called by anybody.
    void forEach(Consumer<Row> action) {
        for (Row row : table) {
            if (row != null) {
                action.accept(row);
            }
        }
    }
}
