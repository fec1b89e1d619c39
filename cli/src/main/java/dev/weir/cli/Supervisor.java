package dev.weir.cli;

import java.time.Duration;
import java.util.function.Predicate;

/// Who started this process and wants to know how it does, as systemd does of a service. Thread-safe; nothing of it waits.
public interface Supervisor {
    /// Nobody wants to know.
    Supervisor NONE =
            new Supervisor() {
                @Override
                public void ready(String status) {}

                @Override
                public void reloading() {}

                @Override
                public void stopping(String status, Duration most) {}

                @Override
                public void handedOver(long pid) {}

                @Override
                public void watch(Predicate<Duration> answers) {}
            };

    /// It serves, for the first time or after [#reloading()].
    ///
    /// @param status one line for people
    void ready(String status);

    /// It reads its configuration again; [#ready] follows, whatever comes of it.
    void reloading();

    /// It stops.
    ///
    /// @param most how long that may take
    void stopping(String status, Duration most);

    /// Another process of the same service is the one to look after from now on; nothing more is said of this one.
    void handedOver(long pid);

    /// Goes on saying that the process is alive, if that is wanted, as long as it is.
    ///
    /// @param answers whether the process does its work, asked again and again on a thread that may wait: it gets the time within
    ///     which it has to be known
    void watch(Predicate<Duration> answers);
}
