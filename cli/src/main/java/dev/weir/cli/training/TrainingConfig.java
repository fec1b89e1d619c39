package dev.weir.cli.training;

/// The configuration of a training run: what most files have, so that reading it and serving it is known to the cache. What few have,
/// such as JWT checks, stays out: every class in the cache is loaded at every start.
final class TrainingConfig {
    private static final String TEXT =
            """
            weir: 1

            admin: 127.0.0.1:0

            listeners:
              web: 127.0.0.1:0

            routes:
              - name: site
                match: { path: /site/** }
                filters:
                  - request-id: {}
                  - rate-limit: { key: client.ip, rate: 100000/s, burst: 100000 }
                  - headers: { response: { set: { X-Frame-Options: DENY } } }
                to: site
              - name: hello
                match: { path: /hello }
                respond: { status: 200, body: "Hello.\\n" }
              - name: old
                match: { path: /old/** }
                redirect: { to: /site/ }
              - name: gone
                match: { path: /gone }
                to: gone

            services:
              site:
                balance: round-robin
                endpoints: [127.0.0.1:%d]
                health: { path: /health, every: 1s, timeout: 500ms }
              gone:
                endpoints: [127.0.0.1:%d]
                health: tcp

            drain: { delay: 0s, timeout: 2s }
            """;

    private TrainingConfig() {}

    /// The text of the file.
    ///
    /// @param site the port of an endpoint that answers
    /// @param gone a port where nobody listens
    static String yaml(int site, int gone) {
        return String.format(TEXT, site, gone);
    }
}
