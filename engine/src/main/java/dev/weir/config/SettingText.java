package dev.weir.config;

import dev.weir.balance.Balance;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterKinds;
import dev.weir.health.HealthConfig;

/// Single settings as one line, as they could stand in a file, without what is as usual; secrets and credentials are hidden. For people to
/// read. Thread-safe.
public final class SettingText {
    private SettingText() {}

    /// `rate-limit: { key: client.ip, rate: 20/s }`.
    public static String filter(FilterConfig filter) {
        return FilterKinds.ALL.contains(filter.getClass())
                ? bare(FilterConfig.class, filter)
                : filter.getClass().getSimpleName();
    }

    /// `least-requests`, or `hash: cookie.session`.
    public static String balance(Balance balance) {
        return bare(Balance.class, balance);
    }

    /// `path: /healthz, every: 2s`; `tcp` if nothing is said.
    public static String health(HealthConfig health) {
        String text = bare(HealthConfig.class, health);
        return text.isEmpty() ? "tcp" : text;
    }

    private static String bare(Class<?> type, Object setting) {
        String text = YamlWriter.inline(Shapes.of(type).write(setting, Detail.CHANGED));
        boolean map = text.startsWith("{") && text.endsWith("}");
        return map ? text.substring(1, text.length() - 1).strip() : text;
    }
}
