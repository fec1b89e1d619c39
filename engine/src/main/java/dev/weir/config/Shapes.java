package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterKinds;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Finds the shape of a type: the one place that knows which types a configuration record may have. Thread-safe.
final class Shapes {
    /// The whole file. Reading, schema, reference and effective configuration all come from here.
    static final RecordShape<WeirConfig> CONFIG = RecordShape.of(WeirConfig.class);

    private Shapes() {}

    /// @throws IllegalStateException if no setting can have this type
    @SuppressWarnings("unchecked")
    static Shape<Object> of(Type type) {
        return (Shape<Object>)
                (type instanceof ParameterizedType container
                        ? container(container)
                        : plain((Class<?>) type));
    }

    private static Shape<?> container(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return new OptionalShape<>(of(arguments[0]));
        }
        if (type.getRawType() == List.class) {
            return new ListShape<>(of(arguments[0]));
        }
        if (type.getRawType() == Map.class && arguments[0] == String.class) {
            return new MapShape<>(of(arguments[1]));
        }
        throw new IllegalStateException("no setting has the type " + type);
    }

    private static Shape<?> plain(Class<?> type) {
        Shape<?> scalar = Scalars.of(type);
        if (scalar != null) {
            return scalar;
        }
        if (type == FilterConfig.class) {
            return filters();
        }
        if (type.isEnum()) {
            return words(type);
        }
        if (type.isRecord()) {
            return section(type);
        }
        if (type.isSealed()) {
            return choice(type);
        }
        throw new IllegalStateException("no setting has the type " + type);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Shape<?> words(Class<?> type) {
        return EnumShape.of((Class<? extends Enum>) type);
    }

    private static <T> Shape<T> section(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        boolean keys = components.length == 0;
        for (RecordComponent component : components) {
            keys = keys || !Names.says(component).isEmpty();
        }
        if (keys) {
            return RecordShape.of(type);
        }
        ShortForms<T> forms = ShortForms.of(type);
        if (components.length > 1) {
            return new WrittenShape<>(forms);
        }
        Method accessor = components[0].getAccessor();
        accessor.setAccessible(true);
        return new WrapperShape<>(
                Construction.of(type), accessor, of(components[0].getGenericType()), forms);
    }

    private static ChoiceShape<FilterConfig> filters() {
        Map<String, ChoiceShape.Kind<FilterConfig>> kinds = new LinkedHashMap<>();
        for (Class<? extends FilterConfig> type : FilterKinds.ALL) {
            kinds.put(Names.key(type), kind(type));
        }
        return new ChoiceShape<>("filter", kinds, ShortForms.of(FilterConfig.class), null);
    }

    @SuppressWarnings("unchecked")
    private static <T> ChoiceShape<T> choice(Class<T> type) {
        Map<String, ChoiceShape.Kind<T>> kinds = new LinkedHashMap<>();
        ChoiceShape.Kind<T> plain = null;
        for (Class<?> permitted : Objects.requireNonNull(type.getPermittedSubclasses())) {
            ChoiceShape.Kind<T> kind = kind((Class<? extends T>) permitted);
            if (permitted.isAnnotationPresent(dev.weir.schema.Key.class)) {
                kinds.put(Names.key(permitted), kind);
            } else {
                plain = kind;
            }
        }
        return new ChoiceShape<>("kind", kinds, ShortForms.of(type), plain);
    }

    @SuppressWarnings("unchecked")
    private static <T> ChoiceShape.Kind<T> kind(Class<? extends T> type) {
        return new ChoiceShape.Kind<>(type, () -> (Shape<T>) (Shape<?>) section(type));
    }
}
