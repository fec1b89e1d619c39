package dev.weir.health;

/// Both directions of a connection, as a check uses them. Confined to the thread of the check.
interface Talk {
    void write(byte[] bytes) throws CheckFailed;

    /// Reads at least one byte.
    ///
    /// @return how many, or -1 if the endpoint closed or reset the connection
    int read(byte[] into) throws CheckFailed;
}
