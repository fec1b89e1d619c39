package dev.weir.observe;

/// Takes the lines that Weir says about itself to the person who runs it: an endpoint went down, a listener
/// opened. One call is one line, already whole, without a line end.
///
/// Implementations are thread-safe, do not block and do not throw: lines come from any thread, some of them while
/// a lock is held that keeps the lines in order.
@FunctionalInterface
public interface Events {
    void say(String line);
}
