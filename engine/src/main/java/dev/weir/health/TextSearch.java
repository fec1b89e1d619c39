package dev.weir.health;

/// Looks for a text in bytes that come one at a time and keeps none of them (Knuth, Morris, Pratt: Fast Pattern
/// Matching in Strings, 1977). Confined to one thread.
final class TextSearch {
    private final byte[] text;

    /// For every prefix of the text, the length of its longest proper prefix that also ends it.
    private final int[] borders;

    private int matched;

    TextSearch(byte[] text) {
        this.text = text;
        this.borders = new int[text.length];
        for (int end = 1, border = 0; end < text.length; end++) {
            while (border > 0 && text[end] != text[border]) {
                border = borders[border - 1];
            }
            if (text[end] == text[border]) {
                border++;
            }
            borders[end] = border;
        }
    }

    /// Takes the next byte; none may follow once the text is found.
    void add(byte b) {
        while (matched > 0 && text[matched] != b) {
            matched = borders[matched - 1];
        }
        if (text[matched] == b) {
            matched++;
        }
    }

    boolean found() {
        return matched == text.length;
    }
}
