package dev.weir.admin;

import dev.weir.config.Sources;
import dev.weir.schema.Problem;
import java.time.Instant;
import java.util.List;

/// How the configuration of the running process is read and changed. Changes come one at a time; each is all or nothing. Thread-safe;
/// may take as long as reading a file and its includes does, and is called on no event loop.
public interface Steering {
    /// What is in force.
    Version current();

    /// The versions that can be gone back to, the newest first; the one in force among them.
    List<Version> history();

    /// Looks for mistakes in the text of a file, and changes nothing.
    Outcome validate(String text);

    /// Puts a text in force, and writes it to the file if there is one.
    ///
    /// @param etag of the version that was changed: if that is no longer in force, nothing is done
    /// @param by who wants it: `the socket`, `127.0.0.1`
    Outcome apply(String text, String etag, String by);

    /// Reads the file again and puts it in force.
    Outcome reload(String by);

    /// Puts an earlier version in force.
    ///
    /// @param number of one in [#history]
    Outcome rollback(long number, String by);

    /// The last reload, or whatever else was to change the configuration, if it was refused; empty once one has gone well.
    List<Outcome.Refused> lastRefused();

    /// One state of the configuration. Immutable.
    ///
    /// @param number counts from 1
    /// @param etag changes with the text
    /// @param text of the file itself, without what it includes
    /// @param since when it was put in force
    /// @param source `weir.yaml`, `the socket`, `rollback to 3`
    record Version(long number, String etag, String text, Instant since, String source) {}

    /// What came of it.
    sealed interface Outcome {
        /// It is in force, or would be.
        ///
        /// @param warnings what is allowed but hardly meant
        record Done(Version version, List<Problem> warnings) implements Outcome {}

        /// Nothing was changed, because something else is in force than was changed.
        record Stale(Version now) implements Outcome {}

        /// Nothing was changed.
        ///
        /// @param sources for the lines that problems are shown with
        record Refused(Instant at, String source, List<Problem> problems, Sources sources)
                implements Outcome {}
    }
}
