package dev.weir.cli.admin;

/// Text that others have chosen, for a terminal: nothing in it may move the cursor, colour a line, or forge one.
final class Visible {
    private Visible() {}

    static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "\ufffd");
    }
}
