package dev.weir.testkit;

import java.io.ByteArrayOutputStream;

/// A frame of HTTP/2 as it stands on the wire. Immutable, if nobody changes the payload.
public record Http2Frame(int type, int flags, int streamId, byte[] payload) {
    private static final String[] NAMES = {
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION"
    };

    static String name(int type) {
        return type < NAMES.length ? NAMES[type] : "type " + type;
    }

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// The number at a place of the payload.
    public int code(int at) {
        return payload[at] << 24
                | (payload[at + 1] & 0xff) << 16
                | (payload[at + 2] & 0xff) << 8
                | payload[at + 3] & 0xff;
    }

    /// A number as payloads hold it.
    public static byte[] number(int value) {
        return new byte[] {
            (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
        };
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        out.writeBytes(number(streamId));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return name(type)
                + " stream "
                + streamId
                + " flags "
                + flags
                + " "
                + Text.shown(Text.latin1(payload));
    }
}
