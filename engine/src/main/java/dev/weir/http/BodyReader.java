package dev.weir.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Finds the content of a body in what arrives: of a given length, in chunks, or up to the end of the
/// connection. Chunk extensions are checked, bounded and dropped; trailers are read into fields of their own.
///
/// ```java
/// while ((length = body.next(in)) > 0) { take(in.readRetainedSlice(length)); }
/// ```
///
/// Confined to one event loop; one instance per connection and direction. Source: RFC 9112 §6, §7.
public final class BodyReader {
    /// What [#next] returns when it needs more bytes, or the body is over; see [#done].
    public static final int NONE = 0;

    /// What [#next] returns when the body is not well-formed. Nothing more may be read from the connection.
    public static final int MALFORMED = -1;

    /// Chunk extensions of a whole message; nobody uses them, and attackers use them to be read in two ways.
    private static final int MOST_EXTENSION_BYTES = 4096;

    /// 15 hex digits cannot overflow a long.
    private static final int MOST_SIZE_DIGITS = 15;

    private enum State {
        COUNTED,
        UNTIL_CLOSE,
        SIZE,
        EXTENSION_NAME,
        EXTENSION_NAME_MORE,
        EXTENSION_VALUE,
        EXTENSION_TOKEN,
        EXTENSION_QUOTED,
        EXTENSION_ESCAPED,
        EXTENSION_QUOTED_END,
        SIZE_LF,
        CHUNK,
        CHUNK_CR,
        CHUNK_LF,
        TRAILERS,
        /// Behind the CR of a body without trailers.
        LAST_LF,
        DONE
    }

    private final LimitsConfig limits;
    private State state = State.DONE;
    private long left;
    private int digits;
    private int extensionBytes;
    private @Nullable HeadReader trailerReader;
    private @Nullable Headers trailers;

    public BodyReader(LimitsConfig limits) {
        this.limits = limits;
    }

    /// Begins a body.
    ///
    /// @param length bytes, or one of the constants of [RequestHead] and [ResponseHead]
    public void begin(long length) {
        trailers = null;
        if (length == ResponseHead.CHUNKED) {
            state = State.SIZE;
            left = 0;
            digits = 0;
            extensionBytes = 0;
        } else if (length == ResponseHead.UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE;
        } else {
            left = length;
            state = length == 0 ? State.DONE : State.COUNTED;
        }
    }

    /// Whether the body is over.
    public boolean done() {
        return state == State.DONE;
    }

    /// Whether the end of the connection is the end of the body.
    public boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /// Bytes that are still to come, where the length is known; else [Long#MAX_VALUE].
    public long left() {
        return switch (state) {
            case DONE -> 0;
            case COUNTED -> left;
            default -> Long.MAX_VALUE;
        };
    }

    /// The trailer fields, or null if there were none. Valid until the next [#begin].
    public @Nullable Headers trailers() {
        return trailers;
    }

    /// Skips framing; returns how many bytes from the reader index on are content, which the caller takes at
    /// once, [#NONE] or [#MALFORMED].
    public int next(ByteBuf in) {
        while (true) {
            int readable = in.readableBytes();
            if (readable == 0 || state == State.DONE) {
                return NONE;
            }
            switch (state) {
                case COUNTED -> {
                    int part = (int) Math.min(left, readable);
                    left -= part;
                    if (left == 0) {
                        state = State.DONE;
                    }
                    return part;
                }
                case UNTIL_CLOSE -> {
                    return readable;
                }
                case CHUNK -> {
                    int part = (int) Math.min(left, readable);
                    left -= part;
                    if (left == 0) {
                        state = State.CHUNK_CR;
                    }
                    return part;
                }
                case TRAILERS -> {
                    if (trailers == null && in.getByte(in.readerIndex()) == '\r') {
                        in.skipBytes(1);
                        state = State.LAST_LF;
                    } else if (!trailers(in)) {
                        state = State.DONE;
                        return MALFORMED;
                    }
                }
                default -> {
                    if (!framing(in.readByte())) {
                        state = State.DONE;
                        return MALFORMED;
                    }
                }
            }
        }
    }

    private boolean framing(byte b) {
        switch (state) {
            case SIZE -> {
                int digit = Ascii.hex(b);
                if (digit >= 0) {
                    left = left << 4 | digit;
                    return ++digits <= MOST_SIZE_DIGITS;
                }
                if (digits == 0 || b != '\r' && b != ';') {
                    return false;
                }
                state = b == '\r' ? State.SIZE_LF : State.EXTENSION_NAME;
            }
            case SIZE_LF -> {
                if (b != '\n') {
                    return false;
                }
                state = left == 0 ? State.TRAILERS : State.CHUNK;
            }
            case CHUNK_CR -> {
                state = State.CHUNK_LF;
                return b == '\r';
            }
            case CHUNK_LF -> {
                state = State.SIZE;
                left = 0;
                digits = 0;
                return b == '\n';
            }
            case LAST_LF -> {
                state = State.DONE;
                return b == '\n';
            }
            default -> {
                return ++extensionBytes <= MOST_EXTENSION_BYTES && extension(b);
            }
        }
        return true;
    }

    /// `*( ";" name [ "=" ( token / quoted-string ) ] )` without the optional blanks, which nobody sends and
    /// which readers disagree about.
    private boolean extension(byte b) {
        State next =
                switch (state) {
                    case EXTENSION_NAME -> Ascii.token(b) ? State.EXTENSION_NAME_MORE : State.DONE;
                    case EXTENSION_NAME_MORE ->
                            Ascii.token(b)
                                    ? State.EXTENSION_NAME_MORE
                                    : b == '=' ? State.EXTENSION_VALUE : extensionEnd(b);
                    case EXTENSION_VALUE ->
                            b == '"'
                                    ? State.EXTENSION_QUOTED
                                    : Ascii.token(b) ? State.EXTENSION_TOKEN : State.DONE;
                    case EXTENSION_TOKEN ->
                            Ascii.token(b) ? State.EXTENSION_TOKEN : extensionEnd(b);
                    case EXTENSION_QUOTED ->
                            b == '"'
                                    ? State.EXTENSION_QUOTED_END
                                    : b == '\\'
                                            ? State.EXTENSION_ESCAPED
                                            : Ascii.value(b) ? State.EXTENSION_QUOTED : State.DONE;
                    case EXTENSION_ESCAPED -> Ascii.value(b) ? State.EXTENSION_QUOTED : State.DONE;
                    case EXTENSION_QUOTED_END -> extensionEnd(b);
                    default -> State.DONE;
                };
        state = next;
        return next != State.DONE;
    }

    private static State extensionEnd(byte b) {
        return b == ';' ? State.EXTENSION_NAME : b == '\r' ? State.SIZE_LF : State.DONE;
    }

    private boolean trailers(ByteBuf in) {
        Headers fields = trailers;
        HeadReader reader = trailerReader;
        if (reader == null) {
            reader = trailerReader = new HeadReader(limits.underscoresInHeaders());
        }
        if (fields == null) {
            fields = trailers = new Headers();
            reader.start(fields);
        }
        Parsed parsed = reader.fields(in, fields, limits, (int) limits.headers().bytes());
        if (parsed == Parsed.COMPLETE) {
            reader.giveBack(in, fields);
            if (fields.rows() == 0) {
                trailers = null;
            }
            state = State.DONE;
        }
        return parsed == Parsed.COMPLETE || parsed == Parsed.INCOMPLETE;
    }
}
