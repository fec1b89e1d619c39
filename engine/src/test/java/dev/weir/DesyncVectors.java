package dev.weir;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The requests of HTTP Desync Guardian's tests; see `vectors/h1-desync-guardian.md`.
final class DesyncVectors {
    private static final Pattern LENGTH =
            Pattern.compile("(?imd)^content-length:[ \\t]*([0-9]{1,9})[ \\t]*\\r$");
    private static final Pattern CODING = Pattern.compile("(?imd)^transfer-encoding:.*chunked");

    private DesyncVectors() {}

    enum Tier {
        COMPLIANT,
        ACCEPTABLE,
        AMBIGUOUS,
        SEVERE
    }

    /// @param number from 0 in the order of the file; some names stand there twice
    /// @param head as ISO-8859-1
    record Vector(int number, String name, Tier tier, String head) {
        /// The head with as much of a body as it claims.
        String whole() {
            if (CODING.matcher(head).find()) {
                return head + "0\r\n\r\n";
            }
            Matcher length = LENGTH.matcher(head);
            return length.find() ? head + "x".repeat(Integer.parseInt(length.group(1))) : head;
        }

        String method() {
            return head.substring(0, head.indexOf(' '));
        }

        @Override
        public String toString() {
            return number + " " + name;
        }
    }

    static List<Vector> all() throws IOException, ParseException {
        try (InputStream in =
                DesyncVectors.class.getResourceAsStream("/vectors/h1-desync-guardian.json")) {
            if (in == null) {
                throw new IOException("the vectors are not on the class path");
            }
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Object>[] cases =
                    JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(json), "cases");
            List<Vector> vectors = new ArrayList<>();
            for (Map<String, Object> one : cases) {
                vectors.add(vector(vectors.size(), one));
            }
            return vectors;
        }
    }

    private static Vector vector(int number, Map<String, Object> one) throws ParseException {
        String raw = JSONObjectUtils.getString(one, "raw_b64");
        return new Vector(
                number,
                JSONObjectUtils.getString(one, "name"),
                Tier.valueOf(
                        JSONObjectUtils.getString(one, "tier").toUpperCase(java.util.Locale.ROOT)),
                new String(Base64.getDecoder().decode(raw), StandardCharsets.ISO_8859_1));
    }
}
