package dev.weir.config;

import dev.weir.health.OutliersConfig;
import dev.weir.service.ServiceConfig;

/// Settings of a service's passive health that contradict each other, or that can have no effect. Confined to the thread
/// of one reading.
///
/// @param path of the service
record OutlierChecks(Checks all, String path, ServiceConfig service) {
    void run() {
        OutliersConfig outliers = service.outliers();
        if (!outliers.on() || service.discover().isPresent()) {
            return;
        }
        int endpoints = service.endpoints().size();
        if (endpoints == 1) {
            useless(key(), true, "one endpoint is never ejected, as no other could take over");
            return;
        }
        String rate = KeyPath.key(key(), "success-rate");
        useless(rate, outliers.successRate().on(), outliers.successRate().endpoints());
        String latency = KeyPath.key(key(), "latency");
        useless(latency, outliers.latency().on(), outliers.latency().endpoints());
        double left = 1 - outliers.atMost().fraction();
        boolean panics = left < service.panic().fraction() && endpoints * left >= 1;
        String atMost = KeyPath.key(key(), "at-most");
        useless(
                all.says(atMost) ? atMost : KeyPath.key(path, "panic"),
                panics,
                "with "
                        + outliers.atMost()
                        + " ejected, fewer than the "
                        + service.panic()
                        + " of panic work, and the ejected ones get requests again");
    }

    private String key() {
        return KeyPath.key(path, "outliers");
    }

    private void useless(String at, boolean on, int needed) {
        useless(
                KeyPath.key(at, "endpoints"),
                on && service.endpoints().size() < needed,
                "the service has only " + service.endpoints().size() + " endpoints");
    }

    private void useless(String at, boolean is, String why) {
        if (is && all.says(at)) {
            all.warn(at, why);
        }
    }
}
