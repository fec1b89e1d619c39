package dev.weir.simulator;

import java.util.Locale;

/// An SVG that grows downwards, drawn without a library: readable on light and dark pages, the same bytes from the same
/// figures. Confined to one thread.
final class Picture {
    static final int WIDTH = 760;
    private static final int EDGE = 24;

    /// Colours are told apart by people who do not see red and green (after P. Tol's bright scheme); beyond nine they repeat.
    private static final String STYLE =
            """
            <style>
              text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328; }
              .title { font-size: 16px; font-weight: 600; } .head { font-weight: 600; }
              .faint { font-size: 12px; fill: #59636e; } .end { text-anchor: end; } .middle { text-anchor: middle; }
              .card { fill: #ffffff; stroke: #d1d9e0; } .grid { stroke: #d1d9e0; } .mark { stroke: #59636e; stroke-dasharray: 4 3; }
              .shade { fill: #59636e; opacity: .1; }
              .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
              .s0 { stroke: #2f6fb5; } .s1 { stroke: #d0661c; } .s2 { stroke: #228833; } .s3 { stroke: #aa3377; }
              .s4 { stroke: #7a8794; } .s5 { stroke: #a89200; } .s6 { stroke: #1f9fb5; } .s7 { stroke: #8a4fc4; } .s8 { stroke: #6b3a1e; }
              .f0 { fill: #2f6fb5; } .f1 { fill: #d0661c; } .f2 { fill: #228833; } .f3 { fill: #aa3377; }
              .f4 { fill: #7a8794; } .f5 { fill: #a89200; } .f6 { fill: #1f9fb5; } .f7 { fill: #8a4fc4; } .f8 { fill: #6b3a1e; }
              .a { fill: #2f6fb5; } .b { fill: #d08a2c; } .c { fill: #9aa7b4; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; } .faint { fill: #9198a1; } .card { fill: #151b23; stroke: #3d444d; } .grid { stroke: #3d444d; }
                .mark { stroke: #9198a1; } .shade { fill: #9198a1; opacity: .16; }
              }
            </style>
            """;

    static final int COLOURS = 9;

    private final StringBuilder parts = new StringBuilder();
    private final String title;
    double y = 34;

    Picture(String title, String subtitle) {
        this.title = title;
        text(EDGE, y, title, "title");
        y += 20;
        text(EDGE, y, subtitle, "faint");
        y += 14;
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /// Adds an element as it is.
    void add(String element) {
        parts.append(element).append('\n');
    }

    void text(double x, double atY, String words, String kind) {
        add(
                "<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>"
                        .formatted(number(x), number(atY), kind, escaped(words)));
    }

    void line(double x1, double y1, double x2, double y2, String kind) {
        add(
                "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>"
                        .formatted(number(x1), number(y1), number(x2), number(y2), kind));
    }

    void box(double x, double atY, double width, double height, String kind) {
        add(
                "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\"/>"
                        .formatted(number(x), number(atY), number(width), number(height), kind));
    }

    void head(String words, String faint) {
        y += 30;
        text(EDGE, y, words, "head");
        text(WIDTH - EDGE, y, faint, "faint end");
        y += 12;
    }

    String svg() {
        String height = String.valueOf((int) Math.ceil(y + 16));
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
                + (WIDTH + " " + height + "\" width=\"" + WIDTH + "\" height=\"" + height)
                + "\" role=\"img\" aria-label=\""
                + escaped(title)
                + "\">\n"
                + STYLE
                + "<rect x=\"0.5\" y=\"0.5\" width=\""
                + (WIDTH - 1)
                + "\" height=\""
                + Math.max(0, (int) Math.ceil(y + 15))
                + "\" rx=\"8\" class=\"card\"/>\n"
                + parts
                + "</svg>\n";
    }
}
