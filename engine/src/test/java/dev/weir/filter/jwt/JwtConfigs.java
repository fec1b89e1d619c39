package dev.weir.filter.jwt;

import dev.weir.filter.jwt.JwtConfig.Algorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Settings of the filter, one change at a time.
record JwtConfigs(JwtConfig config) {
    static JwtConfigs secret(String secret) {
        return new JwtConfigs(
                new JwtConfig(
                        Optional.of(secret),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        "header.Authorization",
                        Duration.ofSeconds(60)));
    }

    static JwtConfigs keys(String file) {
        JwtConfig base = secret("").config;
        return new JwtConfigs(
                new JwtConfig(
                        Optional.empty(),
                        Optional.of(file),
                        base.algorithms(),
                        base.issuer(),
                        base.audience(),
                        base.require(),
                        base.forward(),
                        base.from(),
                        base.leeway()));
    }

    JwtConfigs algorithms(Algorithm... algorithms) {
        return new JwtConfigs(
                new JwtConfig(
                        config.secret(),
                        config.keys(),
                        List.of(algorithms),
                        config.issuer(),
                        config.audience(),
                        config.require(),
                        config.forward(),
                        config.from(),
                        config.leeway()));
    }

    JwtConfigs from(String from) {
        return new JwtConfigs(
                new JwtConfig(
                        config.secret(),
                        config.keys(),
                        config.algorithms(),
                        config.issuer(),
                        config.audience(),
                        config.require(),
                        config.forward(),
                        from,
                        config.leeway()));
    }

    JwtConfigs issued(String issuer, String... audience) {
        return new JwtConfigs(
                new JwtConfig(
                        config.secret(),
                        config.keys(),
                        config.algorithms(),
                        Optional.of(issuer),
                        List.of(audience),
                        config.require(),
                        config.forward(),
                        config.from(),
                        config.leeway()));
    }

    JwtConfigs require(Map<String, String> require) {
        return new JwtConfigs(
                new JwtConfig(
                        config.secret(),
                        config.keys(),
                        config.algorithms(),
                        config.issuer(),
                        config.audience(),
                        require,
                        config.forward(),
                        config.from(),
                        config.leeway()));
    }

    JwtConfigs forward(Map<String, String> forward) {
        return new JwtConfigs(
                new JwtConfig(
                        config.secret(),
                        config.keys(),
                        config.algorithms(),
                        config.issuer(),
                        config.audience(),
                        config.require(),
                        forward,
                        config.from(),
                        config.leeway()));
    }
}
