package dev.weir.config;

import dev.weir.schema.Short;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The short forms in which a setting may be written: its static factories with [Short]. Thread-safe.
record ShortForms<T>(List<Form<T>> forms) {

    /// One of them.
    ///
    /// @param looks how it is called in the reference
    record Form<T>(Method factory, Shape<Object> parameter, String looks) {
        boolean takes(Value value) {
            return switch (value) {
                case Value.Scalar _ -> parameter.takesText();
                case Value.Items _ -> parameter instanceof ListShape;
                case Value.Entries _ -> parameter instanceof MapShape;
                case Value.Nothing _, Value.Broken _ -> false;
            };
        }

        @Nullable T read(Value value, Place place) {
            int before = place.findings().count();
            Object argument = parameter.read(value, place);
            if (argument == null) {
                return null;
            }
            try {
                return make(argument);
            } catch (IllegalArgumentException e) {
                if (before == place.findings().count()) {
                    place.refused(value, e);
                }
                return null;
            }
        }

        @SuppressWarnings("unchecked")
        private T make(Object argument) {
            try {
                return (T) Objects.requireNonNull(factory.invoke(null, argument));
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IllegalArgumentException refusal) {
                    throw refusal;
                }
                throw new IllegalStateException("a short form failed: " + factory, e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("a short form is public: " + factory, e);
            }
        }
    }

    static <T> ShortForms<T> of(Class<T> type) {
        List<Form<T>> forms = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            Short looks = method.getAnnotation(Short.class);
            if (looks != null && Modifier.isStatic(method.getModifiers())) {
                Shape<Object> parameter = Shapes.of(method.getGenericParameterTypes()[0]);
                method.setAccessible(true);
                forms.add(new Form<>(method, parameter, looks.value()));
            }
        }
        forms.sort(ShortForms::order);
        return new ShortForms<>(List.copyOf(forms));
    }

    /// Those for one text first. No cache keeps what [java.util.Comparator] makes of several.
    private static int order(Form<?> one, Form<?> other) {
        int texts = Boolean.compare(other.parameter.takesText(), one.parameter.takesText());
        return texts == 0 ? one.looks.compareTo(other.looks) : texts;
    }

    boolean takeText() {
        return forms.stream().anyMatch(form -> form.parameter.takesText());
    }

    /// The one for values of this shape, or null.
    @Nullable Form<T> taking(Value value) {
        for (Form<T> form : forms) {
            if (form.takes(value)) {
                return form;
            }
        }
        return null;
    }

    boolean none() {
        return forms.isEmpty();
    }

    /// How they look: "a port; a list".
    String looks() {
        return String.join("; ", forms.stream().map(Form::looks).toList());
    }

    List<Map<String, Object>> schemas(Definitions definitions) {
        List<Map<String, Object>> schemas = new ArrayList<>();
        for (Form<T> form : forms) {
            Map<String, Object> schema = form.parameter.schema(definitions);
            schema.put("description", form.looks);
            schemas.add(schema);
        }
        return schemas;
    }
}
