package dev.weir.fuzz;

import dev.weir.http.LimitsConfig;
import dev.weir.schema.ByteSize;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An input of a target: a byte of choices, and a text.
///
/// @param text one character per byte
record Input(int choices, String text) {
    /// More inputs than this are cut at a few places only.
    private static final int CUT_EVERYWHERE = 48;

    static Input of(byte[] bytes) {
        return bytes.length == 0
                ? new Input(0, "")
                : new Input(
                        bytes[0],
                        new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1));
    }

    boolean choice(int bit) {
        return (choices >> bit & 1) != 0;
    }

    /// Limits that inputs of a few hundred bytes reach. Choice 0 merges slashes, 1 and 2 say what happens to underscores.
    LimitsConfig limits() {
        return limits(160, 512, 8);
    }

    /// The same choices with limits that nothing reaches, to read what has been written.
    LimitsConfig wideLimits() {
        return limits(1 << 20, 1 << 20, 10_000);
    }

    private LimitsConfig limits(int line, int head, int fields) {
        LimitsConfig usual = LimitsConfig.DEFAULTS;
        return new LimitsConfig(
                new ByteSize(line),
                new ByteSize(head),
                fields,
                usual.headerTimeout(),
                usual.bodyIdle(),
                usual.keepAlive(),
                usual.http2KeepAlive(),
                usual.connections(),
                usual.requestsPerConnection(),
                usual.memory(),
                choice(0),
                LimitsConfig.Underscores.values()[(choices >> 1 & 3) % 3]);
    }

    /// The ways to deliver the text: byte by byte, and in two parts. Cut at every place if it is short, else at a few that
    /// depend on it.
    List<int[]> deliveries() {
        List<int[]> ways = new ArrayList<>();
        int[] everywhere = new int[Math.max(0, text.length() - 1)];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i + 1;
        }
        ways.add(everywhere);
        int step = text.length() <= CUT_EVERYWHERE ? 1 : text.length() / 4;
        int first = step == 1 ? 1 : 1 + Math.floorMod(text.hashCode(), step);
        for (int cut = first; cut < text.length(); cut += step) {
            ways.add(new int[] {cut});
        }
        return ways;
    }

    /// The pieces of the text between these cuts.
    List<ByteBuf> pieces(int... cuts) {
        List<ByteBuf> pieces = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            pieces.add(buffer(text.substring(from, cut)));
            from = cut;
        }
        pieces.add(buffer(text.substring(from)));
        return pieces;
    }

    static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
