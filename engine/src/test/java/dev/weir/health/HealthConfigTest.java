package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthConfigTest {
    @Test
    void takesAPathOrTcpAsShortForm() {
        assertThat(HealthConfig.of("/healthz").path()).contains("/healthz");
        assertThat(HealthConfig.of("tcp")).isEqualTo(HealthConfig.DEFAULTS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthConfig.of("healthz"))
                .withMessage("expected: tcp, or a path that begins with a slash");
    }

    @Test
    void refusesWhatWouldBreakTheRequest() {
        refuses("/a b", "GET", Map.of(), "a path has no blanks");
        refuses("/a\r\nX: y", "GET", Map.of(), "a path has no blanks");
        refuses("/ä", "GET", Map.of(), "a path has no blanks");
        refuses("/", "GET /", Map.of(), "a method is one word");
        refuses("/", "", Map.of(), "a method is one word");
        refuses("/", "GET", Map.of("a b", "c"), "not a field name: a b");
        refuses("/", "GET", Map.of("A", "b\r\nC: d"), "the field A has a line break");
        refuses("/", "GET", Map.of("host", "a", "Host", "b"), "stands twice");
    }

    @Test
    void refusesSettingsThatACheckWouldIgnore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Optional.empty(), "GET", Map.of(), Optional.of("ok")))
                .withMessage("headers and body are for http checks: add a path");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> config(Optional.empty(), "GET", Map.of("A", "b"), Optional.empty()))
                .withMessage("headers and body are for http checks: add a path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Optional.of("/"), "HEAD", Map.of(), Optional.of("ok")))
                .withMessage("the answer to HEAD has no body to look through");
    }

    private static void refuses(
            String path, String method, Map<String, String> headers, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(Optional.of(path), method, headers, Optional.empty()))
                .withMessageContaining(message);
    }

    private static HealthConfig config(
            Optional<String> path,
            String method,
            Map<String, String> headers,
            Optional<String> body) {
        HealthConfig d = HealthConfig.DEFAULTS;
        return new HealthConfig(
                path,
                d.port(),
                method,
                headers,
                d.status(),
                body,
                d.every(),
                d.timeout(),
                d.upAfter(),
                d.downAfter(),
                d.protocol());
    }
}
