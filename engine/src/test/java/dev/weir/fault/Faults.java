package dev.weir.fault;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A class of fault tests: `./weir test faults` runs it, and whatever its tests opened must be closed at their ends.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("faults")
@Timeout(120)
@ExtendWith(ReturnsToBaseline.class)
@interface Faults {}
