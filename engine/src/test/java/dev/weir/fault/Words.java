package dev.weir.fault;

/// The bodies of requests and answers, made from the request's id: no two requests have the same bytes, so that an answer
/// that is another's, or not whole, shows.
final class Words {
    private Words() {}

    /// 200 to 1400 bytes.
    static String request(int id) {
        return ("sent " + id + ";").repeat(20 + id % 100);
    }

    /// 500 to 4500 bytes.
    static String answer(int id) {
        return ("got " + id + ";").repeat(80 + id % 300);
    }
}
