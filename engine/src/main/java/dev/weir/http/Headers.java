package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of one head: a table over the bytes as they came. Removing marks a row, adding appends bytes and a
/// row, and a `String` is made only when somebody asks for one. Names compare in any case.
///
/// Reused message after message; nothing taken from it as bytes outlives its exchange. Confined to one event loop.
public final class Headers {
    private static final int NAME_START = 0;
    private static final int NAME_END = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_END = 3;
    private static final int FIELD = 4;
    private static final int ROW = 5;
    private static final int UNKNOWN = -1;
    private static final int REMOVED = -2;

    /// Enough for nearly every request; larger heads grow it.
    private static final int FIRST_BYTES = 2048;

    private static final int FIRST_ROWS = 32;

    byte[] bytes = new byte[FIRST_BYTES];

    /// How much of `bytes` is used.
    int end;

    private int[] rows = new int[FIRST_ROWS * ROW];
    private int count;

    /// A bit per [Field] that stands here at least once, or did before it was removed.
    private long seen;

    /// Where the value of `Trailer` stands, which is removed with the other hop-by-hop fields.
    private int announcedStart;

    private int announcedEnd;

    /// Forgets everything, and large arrays too.
    public void clear() {
        end = 0;
        count = 0;
        seen = 0;
        announcedStart = announcedEnd = 0;
        if (bytes.length > 4 * FIRST_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
        if (rows.length > 4 * FIRST_ROWS * ROW) {
            rows = new int[FIRST_ROWS * ROW];
        }
    }

    /// Takes over what another table holds.
    void copy(Headers other) {
        bytes = Arrays.copyOf(other.bytes, other.end);
        end = other.end;
        rows = Arrays.copyOf(other.rows, Math.max(other.count, 1) * ROW);
        count = other.count;
        seen = other.seen;
        announcedStart = other.announcedStart;
        announcedEnd = other.announcedEnd;
    }

    /// The first value of a field, or null.
    public @Nullable String get(String name) {
        int row = find(name, 0);
        return row < 0 ? null : value(row);
    }

    /// The first value of a field, or null.
    public @Nullable String get(Field field) {
        int row = find(field, 0);
        return row < 0 ? null : value(row);
    }

    /// All values of a field in order.
    public List<String> all(String name) {
        List<String> values = List.of();
        for (int row = find(name, 0); row >= 0; row = find(name, row + ROW)) {
            if (values.isEmpty()) {
                values = new ArrayList<>(2);
            }
            values.add(value(row));
        }
        return values;
    }

    public boolean has(String name) {
        return find(name, 0) >= 0;
    }

    public boolean has(Field field) {
        return find(field, 0) >= 0;
    }

    /// Removes all values of a field. Nor may a trailer bring it back: it counts as not announced.
    public void remove(String name) {
        if (announcedEnd > announcedStart) {
            unannounce(name);
        }
        for (int row = find(name, 0); row >= 0; row = find(name, row + ROW)) {
            rows[row + FIELD] = REMOVED;
        }
    }

    /// Removes all values of a field.
    public void remove(Field field) {
        if ((seen & 1L << field.ordinal()) != 0) {
            for (int row = 0; row < count * ROW; row += ROW) {
                if (rows[row + FIELD] == field.ordinal()) {
                    rows[row + FIELD] = REMOVED;
                }
            }
        }
    }

    /// Gives a field this one value.
    ///
    /// @throws IllegalArgumentException if name or value could not stand in a head; see [#fits]
    public void set(String name, String value) {
        remove(name);
        add(name, value);
    }

    /// Gives a field this value beside those it has.
    ///
    /// @throws IllegalArgumentException if name or value could not stand in a head; see [#fits]
    public void add(String name, String value) {
        if (!Ascii.token(name) || !fits(value)) {
            throw new IllegalArgumentException("this cannot stand in a head: " + name);
        }
        Field field = Field.recognise(name);
        int nameStart = end;
        append(name.getBytes(StandardCharsets.US_ASCII));
        int nameEnd = end;
        append((byte) ':');
        append((byte) ' ');
        append(value.getBytes(StandardCharsets.UTF_8));
        finish(nameStart, nameEnd, field);
    }

    public void set(Field field, String value) {
        remove(field);
        add(field.text(), value);
    }

    /// Whether a text can be a field's value: no controls but tab, and no blank at either end.
    public static boolean fits(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 && c != '\t' || c == 0x7f) {
                return false;
            }
        }
        return value.strip().length() == value.length();
    }

    /// Says every field that stands here, in order; for logs and tests, not for the way of a request.
    public void forEach(java.util.function.BiConsumer<String, String> visitor) {
        for (int row = 0; row < count * ROW; row += ROW) {
            if (rows[row + FIELD] != REMOVED) {
                visitor.accept(text(rows[row + NAME_START], rows[row + NAME_END]), value(row));
            }
        }
    }

    // ---- for the codec ----

    /// Starts a field whose value the caller appends with [#append(byte[], int, int)] before [#finish]. It stands here as it is written.
    int begin(Field field) {
        int nameStart = end;
        append(field.line());
        return nameStart;
    }

    /// Ends a field that [#begin] started.
    void finish(int nameStart, Field field) {
        finish(nameStart, nameStart + field.line().length - 2, field);
    }

    private void finish(int nameStart, int nameEnd, @Nullable Field field) {
        row(nameStart, nameEnd, nameEnd + 2, end, field);
        append((byte) '\r');
        append((byte) '\n');
    }

    void append(byte[] more) {
        append(more, 0, more.length);
    }

    void append(byte[] more, int from, int length) {
        ensure(length);
        System.arraycopy(more, from, bytes, end, length);
        end += length;
    }

    void append(byte b) {
        ensure(1);
        bytes[end++] = b;
    }

    void appendDecimal(long number) {
        ensure(20);
        end = Ascii.writeDecimal(bytes, end, number);
    }

    /// Makes room for so many more bytes.
    void ensure(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }

    void row(int nameStart, int nameEnd, int valueStart, int valueEnd, @Nullable Field field) {
        int row = count * ROW;
        if (row == rows.length) {
            rows = Arrays.copyOf(rows, rows.length * 2);
        }
        rows[row + NAME_START] = nameStart;
        rows[row + NAME_END] = nameEnd;
        rows[row + VALUE_START] = valueStart;
        rows[row + VALUE_END] = valueEnd;
        if (field == null) {
            rows[row + FIELD] = UNKNOWN;
        } else {
            rows[row + FIELD] = field.ordinal();
            seen |= 1L << field.ordinal();
        }
        count++;
    }

    /// How many rows there are, removed ones included.
    int rows() {
        return count;
    }

    int find(Field field, int from) {
        if ((seen & 1L << field.ordinal()) == 0) {
            return -1;
        }
        for (int row = from; row < count * ROW; row += ROW) {
            if (rows[row + FIELD] == field.ordinal()) {
                return row;
            }
        }
        return -1;
    }

    int next(Field field, int row) {
        return find(field, row + ROW);
    }

    /// The first field that stands here, or -1.
    int firstRow() {
        return rowAfter(-ROW);
    }

    /// The field that stands here after another one, or -1.
    int rowAfter(int row) {
        for (int next = row + ROW; next < count * ROW; next += ROW) {
            if (rows[next + FIELD] != REMOVED) {
                return next;
            }
        }
        return -1;
    }

    int nameStart(int row) {
        return rows[row + NAME_START];
    }

    int nameEnd(int row) {
        return rows[row + NAME_END];
    }

    int valueStart(int row) {
        return rows[row + VALUE_START];
    }

    int valueEnd(int row) {
        return rows[row + VALUE_END];
    }

    /// Removes fields by bits of [Field], in one pass.
    void removeAll(long fields) {
        if ((seen & fields) != 0) {
            for (int row = 0; row < count * ROW; row += ROW) {
                int field = rows[row + FIELD];
                if (field >= 0 && (fields & 1L << field) != 0) {
                    rows[row + FIELD] = REMOVED;
                }
            }
        }
    }

    /// Removes fields that are no [Field] and whose names start with this text in lower case, in one pass.
    void removeUnknownStarting(byte[] lower) {
        for (int row = 0; row < count * ROW; row += ROW) {
            int start = rows[row + NAME_START];
            if (rows[row + FIELD] == UNKNOWN
                    && rows[row + NAME_END] - start >= lower.length
                    && Ascii.equalsLower(bytes, start, lower)) {
                rows[row + FIELD] = REMOVED;
            }
        }
    }

    /// Removes the field named by a range of these bytes.
    void removeNamed(int from, int to) {
        for (int row = 0; row < count * ROW; row += ROW) {
            if (rows[row + NAME_END] - rows[row + NAME_START] == to - from
                    && rows[row + FIELD] != REMOVED
                    && sameName(rows[row + NAME_START], from, to - from)) {
                rows[row + FIELD] = REMOVED;
            }
        }
    }

    private boolean sameName(int one, int other, int length) {
        for (int i = 0; i < length; i++) {
            if (Ascii.lower(bytes[one + i]) != Ascii.lower(bytes[other + i])) {
                return false;
            }
        }
        return true;
    }

    /// Keeps what `Trailer` says, before it is removed.
    void keepAnnounced() {
        int row = find(Field.TRAILER, 0);
        if (row >= 0) {
            announcedStart = valueStart(row);
            announcedEnd = valueEnd(row);
        }
    }

    private void unannounce(String name) {
        int from = announcedStart;
        while (from < announcedEnd) {
            int to = from;
            while (to < announcedEnd && bytes[to] != ',') {
                to++;
            }
            if (text(from, to).strip().equalsIgnoreCase(name)) {
                Arrays.fill(bytes, from, to, (byte) ' ');
            }
            from = to + 1;
        }
    }

    /// The names that the message's `Trailer` field listed, less those that were removed; empty if there was none.
    String announcedTrailers() {
        return text(announcedStart, announcedEnd);
    }

    void removeIf(java.util.function.Predicate<String> name) {
        for (int row = 0; row < count * ROW; row += ROW) {
            if (rows[row + FIELD] != REMOVED
                    && name.test(text(rows[row + NAME_START], rows[row + NAME_END]))) {
                rows[row + FIELD] = REMOVED;
            }
        }
    }

    /// An upper bound for what [#write] writes.
    int writtenLength() {
        return end + count * 4;
    }

    /// Writes all fields that stand here, each as `name: value CRLF`, and returns the index behind them. Fields that stand one behind
    /// the other in just this form are copied as one.
    int write(byte[] out, int at) {
        int last = count * ROW;
        for (int row = 0; row < last; row += ROW) {
            if (rows[row + FIELD] == REMOVED) {
                continue;
            }
            int start = rows[row + NAME_START];
            if (plain(row)) {
                while (row + ROW < last && plain(row + ROW) && adjoin(row, row + ROW)) {
                    row += ROW;
                }
            } else {
                at = copy(start, rows[row + NAME_END], out, at);
                out[at++] = ':';
                out[at++] = ' ';
                start = rows[row + VALUE_START];
            }
            at = copy(start, rows[row + VALUE_END], out, at);
            out[at++] = '\r';
            out[at++] = '\n';
        }
        return at;
    }

    /// Whether a field stands here as `name: value`.
    private boolean plain(int row) {
        int colon = rows[row + NAME_END];
        return rows[row + FIELD] != REMOVED
                && rows[row + VALUE_START] == colon + 2
                && bytes[colon + 1] == ' ';
    }

    /// Whether nothing but a line end stands between two fields.
    private boolean adjoin(int row, int next) {
        int end = rows[row + VALUE_END];
        return rows[next + NAME_START] == end + 2 && bytes[end] == '\r' && bytes[end + 1] == '\n';
    }

    /// Hands over every field that stands here, in order and without making strings; for the codec of HTTP/2.
    void forEachRow(RowVisitor visitor) {
        for (int row = 0; row < count * ROW; row += ROW) {
            int field = rows[row + FIELD];
            if (field != REMOVED) {
                visitor.row(
                        field == UNKNOWN ? null : Field.of(field),
                        rows[row + NAME_START],
                        rows[row + NAME_END],
                        rows[row + VALUE_START],
                        rows[row + VALUE_END]);
            }
        }
    }

    /// Sees the places of names and values in the bytes.
    interface RowVisitor {
        void row(@Nullable Field field, int nameStart, int nameEnd, int valueStart, int valueEnd);
    }

    private int copy(int from, int to, byte[] out, int at) {
        System.arraycopy(bytes, from, out, at, to - from);
        return at + to - from;
    }

    private int find(String name, int from) {
        int length = name.length();
        for (int row = from; row < count * ROW; row += ROW) {
            int start = rows[row + NAME_START];
            if (rows[row + NAME_END] - start == length
                    && rows[row + FIELD] != REMOVED
                    && Ascii.equalsIgnoreCase(bytes, start, start + length, name)) {
                return row;
            }
        }
        return -1;
    }

    private String value(int row) {
        return text(rows[row + VALUE_START], rows[row + VALUE_END]);
    }

    String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
