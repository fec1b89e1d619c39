package dev.weir.cli.admin;

import java.util.ArrayList;
import java.util.List;

/// Lines in columns, each as wide as its widest cell. Names and reasons come from elsewhere, so what a
/// terminal would obey is taken out. Confined to one thread.
final class Table {
    private static final int GAP = 2;

    private final List<Row> rows = new ArrayList<>();

    /// A cell of a line.
    ///
    /// @param right whether it stands at the right of its column, as figures do
    record Cell(String text, boolean right, Paint paint) {
        Cell {
            text = Visible.of(text);
        }
    }

    private record Row(int indent, List<Cell> cells) {}

    static Cell left(String text) {
        return new Cell(text, false, Paint.PLAIN);
    }

    static Cell left(String text, Paint paint) {
        return new Cell(text, false, paint);
    }

    static Cell right(String text) {
        return new Cell(text, true, Paint.PLAIN);
    }

    Table add(int indent, Cell... cells) {
        rows.add(new Row(indent, List.of(cells)));
        return this;
    }

    int size() {
        return rows.size();
    }

    /// @param width most characters of a line; 0 for any
    List<String> lines(int width, boolean colour) {
        int columns = rows.stream().mapToInt(row -> row.cells.size()).max().orElse(0);
        int[] widest = new int[columns];
        for (Row row : rows) {
            for (int i = 0; i < row.cells.size(); i++) {
                widest[i] = Math.max(widest[i], length(row, i));
            }
        }
        return rows.stream().map(row -> line(row, widest, width, colour)).toList();
    }

    /// The first column holds what lines are indented by.
    private static int length(Row row, int column) {
        return row.cells.get(column).text.length() + (column == 0 ? row.indent : 0);
    }

    private static String line(Row row, int[] widest, int width, boolean colour) {
        StringBuilder line = new StringBuilder(" ".repeat(row.indent));
        int used = row.indent;
        for (int i = 0; i < row.cells.size(); i++) {
            Cell cell = row.cells.get(i);
            boolean last = i == row.cells.size() - 1;
            String text = cell.text;
            String blanks = " ".repeat(widest[i] - length(row, i));
            String shown = cell.right ? blanks + text : last ? text : text + blanks;
            String gap = i == 0 ? "" : " ".repeat(GAP);
            int room = width == 0 ? Integer.MAX_VALUE : width - used - gap.length();
            if (room <= 0) {
                break;
            }
            String cut =
                    shown.length() <= room
                            ? shown
                            : shown.substring(0, Math.max(0, room - 1)) + "…";
            line.append(gap).append(cell.paint.on(cut, colour));
            used += gap.length() + cut.length();
        }
        return line.toString().stripTrailing();
    }
}
