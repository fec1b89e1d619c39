package dev.weir.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// What an issuer says about one certificate, as far as a server must know it that passes it on: clients verify it. Immutable.
///
/// Source: RFC 6960 §4.2.1.
///
/// @param der the whole answer
/// @param good whether the certificate is not revoked
/// @param until when a newer one is due
record OcspAnswer(byte[] der, boolean good, Instant until) {
    private static final int SEQUENCE = 0x30;
    private static final int ENUMERATED = 0x0a;
    private static final int OCTETS = 0x04;
    private static final int INTEGER = 0x02;
    private static final int TIME = 0x18;
    private static final int CONTEXT_0 = 0xa0;
    private static final int GOOD = 0x80;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmssX");

    /// How long an answer holds that does not say it.
    private static final long USUAL_SECONDS = 24 * 60 * 60;

    /// @throws IllegalArgumentException with what is wrong, if this is no answer or not about that certificate
    static OcspAnswer parse(byte[] der, BigInteger serial) {
        OcspAnswer about;
        try {
            about = read(der, serial);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException("is no OCSP answer in DER", e);
        }
        if (about == null) {
            throw new IllegalArgumentException("is about another certificate");
        }
        return about;
    }

    private static @Nullable OcspAnswer read(byte[] der, BigInteger serial) {
        Der answer = Der.of(der).inside(SEQUENCE);
        // Anything but 0 is a responder that does not answer, and then nothing follows.
        answer.inside(ENUMERATED);
        Der kind = answer.inside(CONTEXT_0).inside(SEQUENCE);
        kind.skip();
        Der data = Der.of(kind.inside(OCTETS).content()).inside(SEQUENCE).inside(SEQUENCE);
        if (data.tag() == CONTEXT_0) {
            data.skip();
        }
        data.skip();
        data.skip();
        Der singles = data.inside(SEQUENCE);
        while (singles.more()) {
            Der single = singles.inside(SEQUENCE);
            Der id = single.inside(SEQUENCE);
            id.skip();
            id.skip();
            id.skip();
            if (new BigInteger(id.inside(INTEGER).content()).equals(serial)) {
                return about(der, single);
            }
        }
        return null;
    }

    private static OcspAnswer about(byte[] der, Der single) {
        boolean good = single.tag() == GOOD;
        single.skip();
        Instant since = time(single.inside(TIME));
        Instant until =
                single.tag() == CONTEXT_0
                        ? time(single.inside(CONTEXT_0).inside(TIME))
                        : since.plusSeconds(USUAL_SECONDS);
        return new OcspAnswer(der, good, until);
    }

    private static Instant time(Der stamp) {
        String text = new String(stamp.content(), StandardCharsets.US_ASCII);
        return LocalDateTime.parse(text, STAMP).toInstant(ZoneOffset.UTC);
    }
}
