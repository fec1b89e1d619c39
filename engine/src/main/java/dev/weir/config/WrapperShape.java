package dev.weir.config;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A record around one setting that needs no key of its own: `{ regex: … }`, `to: { pages: 95 }`. Thread-safe.
record WrapperShape<T>(
        Construction<T> construction, Method accessor, Shape<Object> inner, ShortForms<T> forms)
        implements Shape<T> {
    @Override
    public @Nullable T read(Value value, Place place) {
        ShortForms.Form<T> form = forms.taking(value);
        if (form != null) {
            return form.read(value, place);
        }
        if (value instanceof Value.Nothing) {
            place.unfit(value, Value.unfit(value), expects());
            return null;
        }
        int before = place.findings().count();
        Object read = inner.read(value, place.expecting(this::expects));
        if (read == null) {
            return null;
        }
        try {
            return construction.make(read);
        } catch (IllegalArgumentException e) {
            if (before == place.findings().count()) {
                place.refused(value, e);
            }
            return null;
        }
    }

    @Override
    public Value write(T setting, Detail detail) {
        try {
            return inner.write(Objects.requireNonNull(accessor.invoke(setting)), detail);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's component can be read", e);
        }
    }

    @Override
    public String expects() {
        return forms.none()
                ? inner.expects()
                : forms.looks().replace("`", "").replace("; ", ", or ");
    }

    @Override
    public String type() {
        return forms.none() ? inner.type() : forms.looks().replace("; ", ", or ");
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        return forms.none()
                ? inner.schema(definitions)
                : Definitions.anyOf(forms.schemas(definitions));
    }

    @Override
    public boolean takesText() {
        return inner.takesText() || forms.takeText();
    }
}
