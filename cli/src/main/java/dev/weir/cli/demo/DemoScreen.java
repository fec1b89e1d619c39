package dev.weir.cli.demo;

import java.util.List;
import java.util.Optional;

/// What the demo says when it begins: what runs where, and what to try.
///
/// @param gateway port of the gateway
/// @param ports of the endpoints, in the order of [DemoConfig#NAMES]
/// @param dashboard where it is, if it is anywhere
/// @param keys whether single keys are read
/// @param faults whether an endpoint will die by itself
record DemoScreen(
        String title,
        int gateway,
        List<Integer> ports,
        Optional<String> dashboard,
        boolean keys,
        boolean faults) {
    String text() {
        String url = "http://127.0.0.1:" + gateway;
        return String.format(
                        """
                        %s

                          gateway  %s

                          /api/users/**    users-1  :%d    users-2  :%d
                          /api/orders/**   orders-1 :%d    orders-2 :%d
                          /api/**          404, no such API
                          anything else    site-1   :%d

                        Try in another terminal:

                          curl %s/api/users/test    users-1 and users-2 in turn
                          curl %s/api/orders/7      orders-1 and orders-2 in turn
                          curl %s/                  the site
                          curl -i %s/api/nothing    404
                        """,
                        title,
                        url,
                        ports.get(0),
                        ports.get(1),
                        ports.get(2),
                        ports.get(3),
                        ports.get(4),
                        url,
                        url,
                        url,
                        url)
                + troubles()
                + (faults
                        ? "\nIn 10 seconds users-2 dies by itself, 10 seconds later it is back; so every minute.\n"
                        : "")
                + dashboard.map(at -> "\nLook at " + at + "/\n").orElse("");
    }

    private String troubles() {
        String control = "  curl -X POST 'http://127.0.0.1:" + ports.getFirst() + "/control?";
        return keys
                ? """

                Keys:  k  kills an endpoint of users; both dead, and /api/users/test answers 503
                       r  revives the dead       q  quits
                """
                : "\nMake trouble: let users-1 fail its health checks. With users-2 down too, it is 503.\n\n"
                        + control
                        + "health=503'\n"
                        + control
                        + "ok'    all good again\n";
    }
}
