package dev.weir.health;

/// An endpoint that accepts connections is up. Immutable.
record TcpCheck() implements HealthCheck {
    @Override
    public CheckResult ask(CheckConnection connection) {
        return CheckResult.good("connected");
    }
}
