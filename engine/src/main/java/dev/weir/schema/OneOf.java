package dev.weir.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The component is a sealed interface of records, each with a [Key]; exactly one of these keys stands
/// directly in the surrounding map (`to:`, `redirect:` or `respond:` in a route).
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OneOf {}
