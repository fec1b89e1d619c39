package dev.weir.cli.admin;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Where a gateway's admin API is. Immutable.
sealed interface Place {
    /// A Unix socket: whoever may open its file is let in.
    record OnSocket(Path path) implements Place {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// An address, with `http` or `https`.
    ///
    /// @param token what it asks for, if anything
    record OnAddress(URI url, Optional<String> token) implements Place {
        @Override
        public String toString() {
            return url.toString();
        }
    }
}
