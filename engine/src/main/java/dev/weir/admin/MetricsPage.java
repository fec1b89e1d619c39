package dev.weir.admin;

import java.io.IOException;
import java.io.OutputStream;

/// What `GET /metrics` answers. Thread-safe; called on virtual threads.
public interface MetricsPage {
    /// The media type in which a client gets it.
    ///
    /// @param accept as the client says it; empty if it does not
    String type(String accept);

    /// Writes it.
    ///
    /// @param type as [#type] gave it
    void write(String type, OutputStream to) throws IOException;
}
