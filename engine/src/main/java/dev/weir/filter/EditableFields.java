package dev.weir.filter;

import dev.weir.http.Ascii;
import dev.weir.http.Field;
import dev.weir.http.Headers;
import java.util.Locale;

/// Which fields a configuration may write or drop: those that do not decide where a message ends or whose
/// connection it is. A wrong `Content-Length` would let one request hide in another (RFC 9112 §11.2).
public final class EditableFields {
    private EditableFields() {}

    /// @param key the place in the filter's settings, for the sentence
    /// @throws IllegalArgumentException with a sentence for the user
    public static void checkName(String key, String name) {
        if (!Ascii.token(name)) {
            throw new IllegalArgumentException(
                    key
                            + ": \""
                            + name
                            + "\" is not the name of a field; expected: letters, digits and -");
        }
        for (Field field : Field.values()) {
            if (field.text().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))
                    && (field.hopByHop() || field == Field.CONTENT_LENGTH)) {
                throw new IllegalArgumentException(
                        key
                                + ": "
                                + name
                                + " is Weir's own business on each connection; leave it out");
            }
        }
        if (name.equalsIgnoreCase(Field.HOST.text())) {
            throw new IllegalArgumentException(
                    key + ": Host is changed by the route's rewrite: { host: … }, not by a filter");
        }
    }

    /// @throws IllegalArgumentException with a sentence for the user
    public static void checkValue(String key, String name, String value) {
        if (!Headers.fits(value)) {
            throw new IllegalArgumentException(
                    key
                            + ": the value of "
                            + name
                            + " cannot stand in a field; expected: one line without blanks at its ends");
        }
    }
}
