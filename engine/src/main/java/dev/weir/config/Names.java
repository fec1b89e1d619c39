package dev.weir.config;

import dev.weir.schema.Key;
import dev.weir.schema.Location;
import dev.weir.schema.Says;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;

/// How Java names become words in a file: `requestLine` is `request-line`, `ROUND_ROBIN` is `round-robin`, unless a
/// [Key] says otherwise. Thread-safe.
final class Names {
    private Names() {}

    static String key(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return key == null ? kebab(component.getName()) : key.value();
    }

    static String key(Class<?> type) {
        Key key = type.getAnnotation(Key.class);
        return key == null ? kebab(type.getSimpleName()) : key.value();
    }

    static String key(Enum<?> constant) {
        Key key = constant(constant).getAnnotation(Key.class);
        return key == null
                ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : key.value();
    }

    static String says(AnnotatedElement element) {
        Says says = element.getAnnotation(Says.class);
        return says == null ? "" : says.value();
    }

    static String says(Enum<?> constant) {
        return says(constant(constant));
    }

    private static AnnotatedElement constant(Enum<?> constant) {
        try {
            return constant.getDeclaringClass().getField(constant.name());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("an enum has a field for each constant", e);
        }
    }

    private static String kebab(String name) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                out.append('-');
            }
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }

    /// "a, b or c".
    static String either(Collection<String> words) {
        StringBuilder out = new StringBuilder();
        int left = words.size();
        for (String word : words) {
            left--;
            out.append(word).append(left == 0 ? "" : left == 1 ? " or " : ", ");
        }
        return out.toString();
    }

    /// What a known place in a file adds to a message; empty for a configuration built in Java.
    static String first(Location at, String advice) {
        return at.line() == 0 ? advice : "first at " + at + "; " + advice;
    }
}
