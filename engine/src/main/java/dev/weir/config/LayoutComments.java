package dev.weir.config;

import dev.weir.config.LayoutNode.Comment;
import dev.weir.config.LayoutNode.Entry;
import dev.weir.config.LayoutNode.Group;
import dev.weir.config.LayoutNode.Text;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out what each comment is about, so that it moves with it: the entry below it, the entry on its line, or the group at whose end it
/// stands. For one text; confined to a thread.
final class LayoutComments {
    private final List<Entry> entries;
    private final Map<Group, Group> around = new IdentityHashMap<>();

    /// What stands at the top of a file, with an empty line below it, is about the file.
    private final List<Comment> header = new ArrayList<>();

    /// What stands behind a text that has no entries.
    private final List<Comment> footer = new ArrayList<>();

    private LayoutComments(LayoutReader.Written written) {
        this.entries = written.entries();
        for (Entry entry : entries) {
            if (entry.value instanceof Group group && !group.inline()) {
                around.put(group, entry.group);
            }
        }
    }

    /// Hangs all comments where they belong.
    static LayoutComments attach(LayoutReader.Written written) {
        LayoutComments comments = new LayoutComments(written);
        int next = 0;
        for (Comment comment : written.comments()) {
            while (next < written.entries().size()
                    && written.entries().get(next).start < comment.start()) {
                next++;
            }
            if (written.entries().isEmpty()) {
                LayoutNode root = written.root();
                boolean behind = root != null && comment.start() > root.start();
                (behind ? comments.footer : comments.header).add(comment);
            } else {
                comments.attach(comment, next);
            }
        }
        if (!written.entries().isEmpty()) {
            comments.takeHeader(written.entries().getFirst());
        }
        return comments;
    }

    List<Comment> header() {
        return header;
    }

    List<Comment> footer() {
        return footer;
    }

    private void takeHeader(Entry first) {
        int end = first.apart ? first.before.size() : 0;
        for (int i = first.before.size() - 1; i > 0 && end == 0; i--) {
            end = first.before.get(i).apart() ? i : 0;
        }
        List<Comment> taken = first.before.subList(0, end);
        header.addAll(taken);
        taken.clear();
    }

    private void attach(Comment comment, int place) {
        Entry next = place < entries.size() ? entries.get(place) : null;
        Entry last = place > 0 ? entries.get(place - 1) : null;
        if (last == null) {
            entries.getFirst().before.add(comment);
        } else if (!comment.alone()) {
            if (last.beside == null) {
                last.beside = comment;
            } else {
                last.group.trailing.add(comment);
            }
        } else if (!around.containsKey(last.value) && last.value.start() > comment.start()) {
            last.before.add(comment);
        } else if (last.value instanceof Text text
                && text.source().isEmpty()
                && comment.column() > last.column) {
            last.below.add(comment);
        } else if (next != null && last.value == next.group) {
            next.before.add(comment);
        } else {
            Group group = ended(last.group, next, comment);
            if (next != null && group == next.group) {
                next.before.add(comment);
            } else {
                group.trailing.add(comment);
            }
        }
    }

    /// The innermost group that a comment still belongs to, by its indentation.
    private Group ended(Group innermost, @Nullable Entry next, Comment comment) {
        Group group = innermost;
        while (next == null || group != next.group) {
            Group outer = around.get(group);
            if (outer == null || !over(group, outer, comment)) {
                return group;
            }
            group = outer;
        }
        return group;
    }

    /// Whether a comment stands outside of a group that has ended. Where dashes stand below their key, so does a comment about the next key.
    private static boolean over(Group group, Group outer, Comment comment) {
        if (group.flow) {
            return comment.start() >= group.end();
        }
        int column = group.entries.getFirst().column;
        return comment.column() < column
                || comment.column() == column && outer.entries.getFirst().column == column;
    }
}
