package dev.weir.health;

/// One way to ask an endpoint whether it works, over a connection that stands. Immutable; called on the
/// virtual thread of the endpoint's checks and may block, as the connection is closed at its deadline.
sealed interface HealthCheck permits TcpCheck, HttpCheck, Http2Check, GrpcCheck {
    CheckResult ask(CheckConnection connection) throws CheckFailed;
}
