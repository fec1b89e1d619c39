package dev.weir.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/// A YAML text as it is written, with its comments: what [Layout] moves and writes anew. Filled while a text is read; confined to one thread.
sealed interface LayoutNode {
    /// Where it begins and ends in the text, in code points.
    int start();

    int end();

    /// With its `&` and a blank; empty for none.
    String anchor();

    /// One text.
    ///
    /// @param source as it stands, several lines where it does so
    /// @param value what it means
    record Text(int start, int end, String anchor, ScalarStyle style, String source, String value)
            implements LayoutNode {}

    /// A repetition of another value.
    ///
    /// @param source with its star
    record Alias(int start, int end, String source) implements LayoutNode {
        @Override
        public String anchor() {
            return "";
        }
    }

    /// A map or a list.
    final class Group implements LayoutNode {
        final int start;
        final String anchor;
        final boolean map;

        /// Whether it stands in brackets.
        final boolean flow;

        final List<Entry> entries = new ArrayList<>();

        /// Comments behind the last entry.
        final List<Comment> trailing = new ArrayList<>();

        private int end;
        private boolean brackets;

        Group(int start, String anchor, boolean map, boolean flow) {
            this.start = start;
            this.anchor = anchor;
            this.map = map;
            this.flow = flow;
        }

        /// @param oneLine whether it begins and ends on one line
        void close(int at, boolean oneLine) {
            end = at;
            brackets = flow && oneLine;
        }

        /// Whether it is written on one line, in brackets: as it was, or because it is empty.
        boolean inline() {
            return brackets || entries.isEmpty() && trailing.isEmpty();
        }

        @Override
        public int start() {
            return start;
        }

        @Override
        public int end() {
            return end;
        }

        @Override
        public String anchor() {
            return anchor;
        }
    }

    /// An entry of a map or list with the comments around it.
    final class Entry {
        /// The group it stands in.
        final Group group;

        final int start;

        /// From 0.
        final int column;

        final @Nullable Text key;
        final LayoutNode value;
        final List<Comment> before = new ArrayList<>();

        /// Whether an empty line stands before it, behind its comments.
        boolean apart;

        @Nullable Comment beside;

        /// Comments below a key without a value: what is not in use at the moment, as a rule.
        final List<Comment> below = new ArrayList<>();

        Entry(Group group, int start, int column, @Nullable Text key, LayoutNode value) {
            this.group = group;
            this.start = start;
            this.column = column;
            this.key = key;
            this.value = value;
        }
    }

    /// A comment.
    ///
    /// @param start in code points
    /// @param column from 0
    /// @param text from its `#` to the end of the line
    /// @param alone whether nothing stands before it on its line
    /// @param apart whether an empty line stands before it
    record Comment(int start, int column, String text, boolean alone, boolean apart) {}
}
