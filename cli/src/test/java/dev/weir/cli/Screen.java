package dev.weir.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What stands on a terminal after all that was written to it: as much of one (ECMA-48) as Weir asks for. What it does not know is a
/// fault of the program under test. Thread-safe.
final class Screen {
    private char[][] cells;
    private int row;
    private int column;
    private final StringBuilder sequence = new StringBuilder();
    private boolean other;
    private boolean cursor = true;

    Screen(int rows, int columns) {
        this.cells = blank(rows, columns);
    }

    private static char[][] blank(int rows, int columns) {
        char[][] cells = new char[rows][columns];
        for (char[] line : cells) {
            Arrays.fill(line, ' ');
        }
        return cells;
    }

    synchronized void resize(int rows, int columns) {
        cells = blank(rows, columns);
        row = 0;
        column = 0;
    }

    synchronized void show(char next) {
        if (!sequence.isEmpty()) {
            sequence.append(next);
            boolean ends = sequence.length() > 2 && next >= '@' && next <= '~';
            if (ends) {
                control(sequence.substring(1));
                sequence.setLength(0);
            }
            return;
        }
        switch (next) {
            case '\u001b' -> sequence.append(next);
            case '\r' -> column = 0;
            case '\n' -> down();
            default -> {
                if (column == cells[0].length) {
                    column = 0;
                    down();
                }
                cells[row][column++] = next;
            }
        }
    }

    private void down() {
        if (row < cells.length - 1) {
            row++;
            return;
        }
        for (int i = 1; i < cells.length; i++) {
            cells[i - 1] = cells[i];
        }
        cells[row] = blank(1, cells[0].length)[0];
    }

    private void control(String what) {
        switch (what) {
            case "[H" -> {
                row = 0;
                column = 0;
            }
            case "[K" -> Arrays.fill(cells[row], column, cells[row].length, ' ');
            case "[J" -> {
                Arrays.fill(cells[row], column, cells[row].length, ' ');
                for (int i = row + 1; i < cells.length; i++) {
                    Arrays.fill(cells[i], ' ');
                }
            }
            case "[?1049h" -> {
                cells = blank(cells.length, cells[0].length);
                other = true;
            }
            case "[?1049l" -> {
                cells = blank(cells.length, cells[0].length);
                other = false;
                row = 0;
                column = 0;
            }
            case "[?25l" -> cursor = false;
            case "[?25h" -> cursor = true;
            default -> {
                if (!what.endsWith("m")) {
                    throw new AssertionError("a terminal is asked for " + what);
                }
            }
        }
    }

    /// Whether a program draws on the other screen, behind which the usual one waits.
    synchronized boolean other() {
        return other;
    }

    synchronized boolean cursor() {
        return cursor;
    }

    /// The lines, without blanks at their ends.
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (char[] line : cells) {
            lines.add(new String(line).stripTrailing());
        }
        return lines;
    }

    @Override
    public String toString() {
        return lines().stream().collect(Collectors.joining("\n"));
    }
}
