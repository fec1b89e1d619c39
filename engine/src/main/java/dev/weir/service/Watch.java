package dev.weir.service;

import java.time.Duration;

/// What the way of a request asks of, and tells, those who watch endpoints. Thread-safe; does not block.
public interface Watch {
    Watch NONE =
            new Watch() {
                @Override
                public void connectFailed(Endpoint endpoint) {}

                @Override
                public Duration nextCheck(Service service) {
                    return Duration.ofSeconds(1);
                }
            };

    /// A request could not connect to this endpoint.
    void connectFailed(Endpoint endpoint);

    /// Until an endpoint of this service is checked again, so that it may be up.
    Duration nextCheck(Service service);
}
