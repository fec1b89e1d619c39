package dev.weir.cli.demo;

import java.util.List;

/// The demo's configuration, as a user would write it.
final class DemoConfig {
    /// Of the endpoints, in the order of [#yaml]'s ports.
    static final List<String> NAMES =
            List.of("users-1", "users-2", "orders-1", "orders-2", "site-1");

    private static final String TEXT =
            """
            weir: 1

            listeners:
              web: 127.0.0.1:%d

            routes:
              - name: users
                match: { path: /api/users/** }
                to: users
              - name: orders
                match: { path: /api/orders/** }
                to: orders
              - name: other-apis                  # without it, the site below would answer for them
                match: { path: /api/** }
                respond: { status: 404, body: "There is no such API.\\n" }
              - name: site                        # everything else
                to: site

            services:
              users:
                balance: round-robin
                endpoints: [127.0.0.1:%d, 127.0.0.1:%d]
                health: { path: /health, every: 1s, timeout: 500ms }
              orders:
                balance: round-robin
                endpoints: [127.0.0.1:%d, 127.0.0.1:%d]
                health: { path: /health, every: 1s, timeout: 500ms }
              site:
                endpoints: [127.0.0.1:%d]
                health: { path: /health, every: 1s, timeout: 500ms }

            drain: { delay: 0s, timeout: 2s }
            """;

    private DemoConfig() {}

    /// The text of the file.
    ///
    /// @param ports of the endpoints, as many as there are [#NAMES]
    static String yaml(int gateway, List<Integer> ports) {
        return String.format(
                TEXT,
                gateway,
                ports.get(0),
                ports.get(1),
                ports.get(2),
                ports.get(3),
                ports.get(4));
    }
}
