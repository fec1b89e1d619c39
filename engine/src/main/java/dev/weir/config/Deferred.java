package dev.weir.config;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is made when somebody asks for it first, and then stays. A file names few of all settings, and a start is quicker without the
/// shapes of the others: annotations cost most, and no cache keeps them. Thread-safe.
final class Deferred<T> {
    private final Supplier<T> making;
    private @Nullable T made;

    Deferred(Supplier<T> making) {
        this.making = making;
    }

    synchronized T get() {
        T known = made;
        if (known == null) {
            known = making.get();
            made = known;
        }
        return known;
    }
}
