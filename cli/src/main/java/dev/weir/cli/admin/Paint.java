package dev.weir.cli.admin;

/// How text stands out on a terminal. Never the only sign of anything: what is coloured also says so in words.
enum Paint {
    PLAIN(""),
    GOOD("\u001b[32m"),
    DOUBTFUL("\u001b[33m"),
    BAD("\u001b[31m"),
    FAINT("\u001b[2m"),
    BOLD("\u001b[1m"),
    REVERSE("\u001b[7m");

    private static final String RESET = "\u001b[0m";

    private final String begin;

    Paint(String begin) {
        this.begin = begin;
    }

    String on(String text, boolean colour) {
        return colour && this != PLAIN && !text.isBlank() ? begin + text + RESET : text;
    }
}
