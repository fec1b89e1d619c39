package dev.weir.config;

import dev.weir.schema.OneOf;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Secret;
import dev.weir.schema.Within;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One component of a configuration record: its key, type, default and what is said about it. Thread-safe.
///
/// @param inline whether the keys of the kinds of a [ChoiceShape] stand for it, and not a key of its own
/// @param standard what holds when the key is left out; null if it must not be
/// @param example as written in a file; empty for none
record Part(
        String key,
        Deferred<Shape<Object>> deferred,
        boolean inline,
        boolean required,
        boolean secret,
        String says,
        String example,
        @Nullable Object standard,
        @Nullable Bounds bounds,
        Method accessor) {

    static Part of(RecordComponent component, @Nullable Object defaults) {
        Deferred<Shape<Object>> shape = new Deferred<>(() -> Shapes.of(component.getGenericType()));
        Within within = component.getAnnotation(Within.class);
        Says says = component.getAnnotation(Says.class);
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        Object standard = defaults == null ? null : get(accessor, defaults);
        if (standard == null && component.getType() == Optional.class) {
            standard = Optional.empty();
        }
        boolean required = component.isAnnotationPresent(Required.class);
        if (standard == null && !required) {
            throw new IllegalStateException(component + " is neither required nor in DEFAULTS");
        }
        return new Part(
                Names.key(component),
                shape,
                component.isAnnotationPresent(OneOf.class),
                required,
                component.isAnnotationPresent(Secret.class),
                says == null ? "" : says.value(),
                says == null ? "" : says.example(),
                standard,
                within == null ? null : Bounds.of(within, shape.get()),
                accessor);
    }

    Shape<Object> shape() {
        return deferred.get();
    }

    private static Object get(Method accessor, Object from) {
        try {
            return Objects.requireNonNull(accessor.invoke(from));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's component can be read", e);
        }
    }

    Object of(Object section) {
        return get(accessor, section);
    }

    /// The keys that stand for it in a file.
    Collection<String> keys() {
        return inline && shape() instanceof ChoiceShape<?> choice
                ? choice.kinds().keySet()
                : java.util.List.of(key);
    }

    /// Reads it from a section; null if it is missing and must not be, or wrong. Either was reported.
    @Nullable Object read(Value.Entries section, Place place) {
        if (inline && shape() instanceof ChoiceShape<?> choice) {
            return choice.readInline(section, place);
        }
        Value.Entry entry = section.entry(key);
        if (entry == null) {
            if (required) {
                place.problem(
                        section,
                        key + " is missing",
                        example.isEmpty() ? null : "for example " + key + ": " + example);
            }
            return standard;
        }
        Value value = secret ? Value.hidden(entry.value(), key) : entry.value();
        Place inside = place.key(key, value).expecting(this::expects);
        Object read = shape().read(value, inside);
        return read != null && bounded(read, value, inside) ? read : null;
    }

    private boolean bounded(Object read, Value value, Place inside) {
        String wrong = bounds == null ? "" : bounds.wrong(read);
        if (!wrong.isEmpty()) {
            inside.unfit(value, Value.describe(value) + " " + wrong, shape().expects());
        }
        return wrong.isEmpty() && filled(value, inside);
    }

    /// Whether a list or map that must be there has an entry; reported if not.
    boolean filled(Value value, Place inside) {
        boolean empty =
                switch (value) {
                    case Value.Entries entries -> entries.list().isEmpty();
                    case Value.Items items -> items.list().isEmpty();
                    case Value.Nothing _ -> true;
                    case Value.Scalar _, Value.Broken _ -> false;
                };
        boolean wrong =
                required && empty && (shape() instanceof ListShape || shape() instanceof MapShape);
        if (wrong) {
            inside.problem(
                    value,
                    "has no entry",
                    example.isEmpty() ? "expected: at least one" : "for example " + example);
        }
        return !wrong;
    }

    /// What is expected, with bounds and an example.
    String expects() {
        if (bounds == null && example.isEmpty()) {
            return shape().expects();
        }
        String what =
                bounds == null
                        ? shape().expects().replaceFirst(", (such as|for example).*", "")
                        : bounds.toString();
        String shown = example.isEmpty() ? standardText() : example;
        return shown.isEmpty() ? what : what + ", for example " + shown;
    }

    /// The default as written in a file; empty for none.
    String standardText() {
        if (standard == null
                || required
                || (standard instanceof Optional<?> optional && optional.isEmpty())) {
            return "";
        }
        return YamlWriter.inline(shape().write(standard, Detail.EVERY));
    }
}
