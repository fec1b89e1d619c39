package dev.weir.admin;

/// One who reads a stream of events. Thread-safe; does not block.
public interface Subscriber {
    /// Sends an event. One who reads too slowly is cut, and learns of it by the end of the stream.
    ///
    /// @param event its name, one word
    /// @param data one line or more
    void send(String event, String data);

    /// Whether he has not taken yet what was sent. Who can leave something out waits until he has.
    boolean behind();

    /// Runs something when the stream has ended, by whichever side; at once if it has.
    void onEnd(Runnable action);
}
