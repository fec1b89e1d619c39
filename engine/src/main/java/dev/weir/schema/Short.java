package dev.weir.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A static factory with one parameter: the short form in which a section may be written. The reader tries
/// it when the file has a value of the parameter's shape (a scalar, a list, a map of names) instead of the
/// section's own map. What it throws as [IllegalArgumentException] becomes the problem's text.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Short {
    /// How the short form looks, for the reference page: `a path`, `tcp`.
    String value();
}
