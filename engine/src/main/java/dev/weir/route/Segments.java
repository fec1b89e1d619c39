package dev.weir.route;

import java.nio.charset.StandardCharsets;

/// The segments of a normalised path in bytes, and what of them counts for matching: a segment's name, which
/// ends before its `;parameters`. Stateless.
///
/// A position is the index of the slash before a segment, or the end of the path; the path `/` has no segment.
final class Segments {
    private Segments() {}

    /// The position of the first segment.
    static int first(int pathStart, int pathEnd) {
        return pathEnd - pathStart == 1 ? pathEnd : pathStart;
    }

    /// The position behind the segment that stands at this one.
    static int next(byte[] bytes, int position, int pathEnd) {
        int end = position + 1;
        while (end < pathEnd && bytes[end] != '/') {
            end++;
        }
        return end;
    }

    /// The index behind the name of the segment that ends there.
    static int nameEnd(byte[] bytes, int position, int segmentEnd) {
        int end = position + 1;
        while (end < segmentEnd && bytes[end] != ';') {
            end++;
        }
        return end;
    }

    /// The position behind so many segments, or -1 if there are fewer.
    static int skip(byte[] bytes, int position, int pathEnd, int count) {
        int at = position;
        for (int i = 0; i < count; i++) {
            if (at >= pathEnd) {
                return -1;
            }
            at = next(bytes, at, pathEnd);
        }
        return at;
    }

    /// The path with the names only.
    static String withoutParameters(byte[] bytes, int pathStart, int pathEnd) {
        byte[] names = new byte[pathEnd - pathStart];
        int length = 0;
        boolean name = true;
        for (int i = pathStart; i < pathEnd; i++) {
            name = bytes[i] == '/' || name && bytes[i] != ';';
            if (name) {
                names[length++] = bytes[i];
            }
        }
        return new String(names, 0, length, StandardCharsets.US_ASCII);
    }
}
