package dev.weir.service;

import java.time.Duration;

/// What the way of a request asks of, and tells, those who watch endpoints. Thread-safe; does not block.
public interface Watch {
    Watch NONE =
            new Watch() {
                @Override
                public void tries(Service service, Endpoint endpoint, long nowNanos) {}

                @Override
                public void learn(Service service, Attempt attempt) {}

                @Override
                public Duration nextCheck(Service service) {
                    return Duration.ofSeconds(1);
                }
            };

    /// An endpoint that is [Standing#RETURNING] was picked for an attempt: one of the few requests that try it.
    void tries(Service service, Endpoint endpoint, long nowNanos);

    /// How an attempt went, as soon as that is known: at the head of the answer, or when it has failed; a second time if an
    /// answer that had begun breaks off.
    void learn(Service service, Attempt attempt);

    /// Until an endpoint of this service is checked again, so that it may be up.
    Duration nextCheck(Service service);
}
