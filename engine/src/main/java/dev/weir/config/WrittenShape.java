package dev.weir.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A setting that only has a short form: the parts of its record are not keys but parts of one text, which `toString`
/// gives back. Thread-safe.
record WrittenShape<T>(ShortForms<T> forms) implements Shape<T> {
    @Override
    public @Nullable T read(Value value, Place place) {
        ShortForms.Form<T> form = forms.taking(value);
        if (form != null) {
            return form.read(value, place);
        }
        String found = value instanceof Value.Nothing ? "has no value" : Value.unfit(value);
        place.unfit(value, found, expects());
        return null;
    }

    @Override
    public Value write(T setting, Detail detail) {
        return Value.text(String.valueOf(setting));
    }

    @Override
    public String expects() {
        return forms.looks().replace("`", "");
    }

    @Override
    public String type() {
        return forms.looks();
    }

    @Override
    public Map<String, Object> schema(Definitions definitions) {
        return Definitions.anyOf(forms.schemas(definitions));
    }

    @Override
    public boolean takesText() {
        return forms.takeText();
    }
}
