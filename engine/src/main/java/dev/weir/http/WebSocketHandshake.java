package dev.weir.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The key of a WebSocket's handshake in HTTP/1.1, and what answers it. HTTP/2 has neither: where it is on one side only, Weir is whom the
/// other side shakes hands with. Stateless. Source: RFC 6455 §4.1, §4.2.2; RFC 8441 §5.
public final class WebSocketHandshake {
    /// What proves that the answer is one to a handshake (RFC 6455 §1.3).
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_BYTES = 16;

    private WebSocketHandshake() {}

    /// Gives a request a key of its own; called for each connection to an endpoint.
    ///
    /// @return the key
    public static String begin(RequestHead head, RandomGenerator random) {
        byte[] nonce = new byte[KEY_BYTES];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        head.headers().set(Field.SEC_WEBSOCKET_KEY, key);
        return key;
    }

    /// Whether the head of a 101 answers this key, and nothing else.
    public static boolean answers(ResponseHead head, String key) {
        Headers headers = head.headers();
        int row = headers.find(Field.SEC_WEBSOCKET_ACCEPT, 0);
        return row >= 0
                && headers.next(Field.SEC_WEBSOCKET_ACCEPT, row) < 0
                && accept(key).equals(headers.get(Field.SEC_WEBSOCKET_ACCEPT));
    }

    /// Whether a request has one key, as it should be, so that Weir itself can answer it.
    public static boolean wellFormed(RequestHead head) {
        Headers headers = head.headers();
        int row = headers.find(Field.SEC_WEBSOCKET_KEY, 0);
        return row >= 0
                && headers.next(Field.SEC_WEBSOCKET_KEY, row) < 0
                && holdsNonce(headers.get(Field.SEC_WEBSOCKET_KEY));
    }

    private static boolean holdsNonce(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Answers the key of a client's handshake.
    static void answer(RequestHead request, ResponseHead head) {
        String key = request.headers().get(Field.SEC_WEBSOCKET_KEY);
        if (key != null) {
            head.headers().set(Field.SEC_WEBSOCKET_ACCEPT, accept(key));
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException(every); // every Java has SHA-1
        }
    }
}
