package dev.weir.bench.soak;

/// What an endpoint writes down about everything it gets, before it answers. Called from any thread. Times are of
/// [System#nanoTime], which counts from the machine's start and so is the same in all its processes.
interface EndpointLog {
    /// The head of a request is here.
    void received(String endpoint, String id, String method, long nanos);

    /// The body of a request was read.
    ///
    /// @param whole whether to its end; if not, length and hash say nothing
    void read(String endpoint, String id, long length, String sha256, boolean whole);

    /// A health check is answered.
    void checked(String endpoint, boolean good, long nanos);
}
