package dev.weir.bench.load;

/// Why a request counts as an error. Each request has one outcome: a 2xx answer or one of these.
enum Fault {
    /// The connection could not be opened.
    CONNECT,

    /// The connection ended before a whole answer, or what came is no answer.
    READ,

    /// The request could not be sent whole.
    WRITE,

    /// The answer is whole, and no 2xx.
    STATUS,

    /// No whole answer in time.
    TIMEOUT
}
