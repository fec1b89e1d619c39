package dev.weir.config;

import dev.weir.WeirConfig;
import dev.weir.admin.AdminConfig;
import dev.weir.schema.HostPort;

/// That the admin API is open to nobody but those it is for, and not where traffic is. For one reading; confined to its thread.
record AdminChecks(Checks checks, WeirConfig config) {
    private static final String PATH = "admin";

    void run(AdminConfig admin) {
        String listen = KeyPath.key(PATH, "listen");
        String at = checks.says(listen) ? listen : PATH;
        if (!admin.tokenFits()) {
            // Without its value: it is a secret.
            checks.wrong(
                    KeyPath.key(PATH, "token"),
                    "holds what no header can carry",
                    "expected: letters, digits and signs, without blanks");
        }
        if (!admin.listen().on()) {
            if (admin.token().isPresent()) {
                checks.warn(
                        KeyPath.key(PATH, "token"),
                        "nobody is asked for it: listen is off, and the socket needs none");
            }
            return;
        }
        HostPort address = admin.listen().address();
        if (!admin.listen().loopback() && admin.token().isEmpty()) {
            checks.wrong(
                    at,
                    "others can connect to "
                            + address
                            + ", and without a token anybody of them could change everything",
                    "add token: \"${WEIR_ADMIN_TOKEN}\", or listen at 127.0.0.1:" + address.port());
        }
        config.listeners()
                .forEach(
                        (name, listener) -> {
                            if (Checks.collide(address, listener.listen())) {
                                String path = KeyPath.named("listeners", name);
                                checks.wrong(
                                        at,
                                        "is an address that the listener "
                                                + name
                                                + " takes; the admin API is never where clients are",
                                        Names.first(checks.at(path), "give one another port"));
                            }
                        });
    }
}
