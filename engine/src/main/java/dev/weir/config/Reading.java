package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.schema.Problem;
import java.nio.file.Path;
import java.util.List;

/// What came of reading a configuration. Immutable.
public sealed interface Reading {
    /// The files that were read.
    Sources sources();

    /// A configuration that can be used.
    ///
    /// @param origins where each setting stands
    /// @param warnings what is allowed but hardly meant
    /// @param directory where relative file names in it start
    record Loaded(
            WeirConfig config,
            Origins origins,
            List<Problem> warnings,
            Path directory,
            Sources sources)
            implements Reading {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /// Mistakes; there is no configuration.
    record Refused(List<Problem> problems, Sources sources) implements Reading {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
