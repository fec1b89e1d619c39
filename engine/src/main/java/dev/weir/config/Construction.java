package dev.weir.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/// Makes a record from its components. Thread-safe.
record Construction<T>(Constructor<T> constructor) {
    static <T> Construction<T> of(Class<T> type) {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(component -> component.getType())
                        .toArray(Class<?>[]::new);
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new Construction<>(constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record has its canonical constructor", e);
        }
    }

    /// @throws IllegalArgumentException what the record itself says of its components
    T make(Object... components) {
        try {
            return constructor.newInstance(components);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("a record failed: " + constructor, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record can be made: " + constructor, e);
        }
    }
}
