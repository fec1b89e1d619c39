package dev.weir.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The one sentence that says to users what a setting, a section or a choice does. The reference page,
/// the JSON Schema and error messages take it from here.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Says {
    String value();

    /// A value worth showing, as it is written in the file; empty for none.
    String example() default "";
}
