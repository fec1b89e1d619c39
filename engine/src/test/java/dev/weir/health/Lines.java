package dev.weir.health;

import dev.weir.observe.Events;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps every line that was said. Thread-safe.
final class Lines implements Events {
    private final List<String> said = new CopyOnWriteArrayList<>();

    @Override
    public void say(String line) {
        said.add(line);
    }

    List<String> said() {
        return said;
    }
}
