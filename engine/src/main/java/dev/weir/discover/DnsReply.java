package dev.weir.discover;

import java.util.List;

/// What a name server said. Immutable.
sealed interface DnsReply {
    /// There is an answer, if only an empty one.
    record Records(List<DnsEntry> entries) implements DnsReply {
        public Records {
            entries = List.copyOf(entries);
        }
    }

    /// The name does not exist.
    record Unknown() implements DnsReply {}

    /// No name server gave an answer that says anything.
    ///
    /// @param why as the rest of a sentence that begins with the name
    record Failed(String why) implements DnsReply {}
}
