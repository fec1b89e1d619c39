package dev.weir.config;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A setting that may be left out and then has no value at all. Thread-safe.
record OptionalShape<T>(Shape<T> inner) implements Shape<Optional<T>> {
    @Override
    public @Nullable Optional<T> read(Value value, Place place) {
        T read = inner.read(value, place);
        return read == null ? null : Optional.of(read);
    }

    /// @throws java.util.NoSuchElementException if there is none; its key is not written then
    @Override
    public Value write(Optional<T> setting, Detail detail) {
        return inner.write(setting.orElseThrow(), detail);
    }

    @Override
    public String expects() {
        return inner.expects();
    }

    @Override
    public String type() {
        return inner.type();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        return inner.schema(definitions);
    }

    @Override
    public boolean takesText() {
        return inner.takesText();
    }

    @Override
    public boolean takesNothing() {
        return inner.takesNothing();
    }
}
