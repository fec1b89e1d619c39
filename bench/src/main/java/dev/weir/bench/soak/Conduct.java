package dev.weir.bench.soak;

/// How an endpoint behaves. All but [#HONEST] are faults of section 3 of the fault matrix.
enum Conduct {
    /// Answers as it should.
    HONEST,
    /// Two seconds late.
    SLOW,
    /// Resets every connection as soon as it is accepted.
    RESET_ON_ACCEPT,
    /// Resets a connection when its second request arrives.
    RESET_ON_REUSE,
    /// Resets in the middle of the answer's head.
    RESET_IN_HEAD,
    /// Ends its direction in the middle of the answer's body, and resets a little later.
    HALF_OPEN,
    /// Sends the answer in small pieces with pauses.
    DRIP,
    /// Cuts some answers in the middle.
    CUT,
    /// Answers 503 to three requests of ten.
    BUSY
}
