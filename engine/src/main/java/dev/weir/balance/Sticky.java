package dev.weir.balance;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.SipHash;
import dev.weir.service.Endpoint;
import dev.weir.service.Service;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The cookie that leads a client back to its endpoint: when it ends, and a number that stands for the endpoint, signed. The client
/// learns neither address nor place from it, and cannot make one that leads elsewhere; what is not signed for this service, is
/// over, or names an endpoint that is not usable, is ignored.
///
/// The value is Base64 of 4 bytes of time (minutes since 1970), 8 bytes that stand for the endpoint, and 15 bytes of
/// HMAC-SHA-256 over both and the service's name: a whole number of Base64 characters, so that each counts. Immutable; thread-safe. One per service.
public final class Sticky {
    private static final int TIME_AND_ENDPOINT = Integer.BYTES + Long.BYTES;
    private static final int SIGNATURE = 15;
    private static final int LENGTH = (TIME_AND_ENDPOINT + SIGNATURE) / 3 * 4;
    private static final String HMAC = "HmacSHA256";
    private static final long MINUTE_MILLIS = 60_000;

    private final Service service;
    private final StickyConfig config;
    private final SecretKeySpec key;
    private final long[] numbers;
    private final Map<Long, Endpoint> endpoints = new HashMap<>();

    /// @param seed the secret where the configuration names none
    public Sticky(Service service, StickyConfig config, byte[] seed) {
        this(service, config, new SecretKeySpec(secret(config, seed), HMAC));
    }

    private Sticky(Service service, StickyConfig config, SecretKeySpec key) {
        this.service = service;
        this.config = config;
        this.key = key;
        numbers = new long[service.slots()];
        ByteBuffer hashKey = ByteBuffer.wrap(hmac("endpoints".getBytes(StandardCharsets.UTF_8)));
        long first = hashKey.getLong();
        long second = hashKey.getLong();
        for (Endpoint endpoint : service.endpoints()) {
            long number = new SipHash(first, second).add(endpoint.name()).end();
            numbers[endpoint.position()] = number;
            endpoints.put(number, endpoint);
        }
    }

    private static byte[] secret(StickyConfig config, byte[] seed) {
        return config.secret().map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(seed);
    }

    /// For the same service with another list; cookies stay good.
    public Sticky with(Service next) {
        return new Sticky(next, config, key);
    }

    private byte[] hmac(byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /// What an event loop uses.
    public OnLoop forLoop() {
        return new OnLoop();
    }

    /// Reads and writes the cookie of exchanges. Confined to one event loop, for it remembers which endpoints are usable.
    public final class OnLoop {
        private final boolean[] usable = new boolean[numbers.length];
        private Endpoint @Nullable [] seen;

        /// The usable endpoint that the request's cookie leads to, or null.
        public @Nullable Endpoint endpoint(Exchange exchange, long nowMillis) {
            String cookie = exchange.request().cookie(config.cookie());
            Endpoint named = cookie == null ? null : named(cookie, nowMillis);
            return named != null && usable(named) ? named : null;
        }

        private boolean usable(Endpoint endpoint) {
            Endpoint[] now = service.members().usable();
            if (now != seen) {
                Arrays.fill(usable, false);
                for (Endpoint one : now) {
                    usable[one.position()] = true;
                }
                seen = now;
            }
            return usable[endpoint.position()];
        }

        /// Adds the cookie to the answer of this endpoint.
        public void mark(Exchange exchange, Endpoint endpoint, long nowMillis) {
            String secure = exchange.scheme().equals("https") ? "; Secure" : "";
            exchange.response()
                    .headers()
                    .add(
                            "Set-Cookie",
                            config.cookie()
                                    + "="
                                    + value(endpoint, nowMillis)
                                    + "; Path=/; Max-Age="
                                    + config.ttl().toSeconds()
                                    + "; HttpOnly; SameSite=Lax"
                                    + secure);
        }
    }

    /// The value of the cookie.
    String value(Endpoint endpoint, long nowMillis) {
        // Rounded up: the browser forgets it in time.
        long ends = Math.ceilDiv(nowMillis + config.ttl().toMillis(), MINUTE_MILLIS);
        ByteBuffer bytes = ByteBuffer.allocate(TIME_AND_ENDPOINT + SIGNATURE);
        bytes.putInt((int) ends).putLong(numbers[endpoint.position()]);
        bytes.put(signature(bytes.array()), 0, SIGNATURE);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /// The endpoint that a cookie names, if this service made it and it is not over; else null.
    @Nullable Endpoint named(String value, long nowMillis) {
        byte[] bytes = bytes(value).orElse(null);
        if (bytes == null
                || !MessageDigest.isEqual(
                        Arrays.copyOfRange(bytes, TIME_AND_ENDPOINT, bytes.length),
                        Arrays.copyOf(signature(bytes), SIGNATURE))) {
            return null;
        }
        ByteBuffer read = ByteBuffer.wrap(bytes);
        boolean over = read.getInt() * MINUTE_MILLIS <= nowMillis;
        return over ? null : endpoints.get(read.getLong());
    }

    private static Optional<byte[]> bytes(String value) {
        if (value.length() != LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(value);
            boolean whole = bytes.length == TIME_AND_ENDPOINT + SIGNATURE;
            return whole ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] signature(byte[] value) {
        byte[] name = service.name().getBytes(StandardCharsets.UTF_8);
        byte[] message = Arrays.copyOf(value, TIME_AND_ENDPOINT + name.length);
        System.arraycopy(name, 0, message, TIME_AND_ENDPOINT, name.length);
        return hmac(message);
    }
}
