package dev.weir.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
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
        HealthConfig tcp = HealthConfig.DEFAULTS;
        HealthConfig head = HealthConfig.of("/").withRequest("HEAD", Map.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tcp.withBody("ok"))
                .withMessage("headers and body are for http checks: add a path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tcp.withRequest("GET", Map.of("A", "b")))
                .withMessage("headers and body are for http checks: add a path");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> head.withBody("ok"))
                .withMessage("the answer to HEAD has no body to look through");
    }

    private static void refuses(
            String path, String method, Map<String, String> headers, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthConfig.of(path).withRequest(method, headers))
                .withMessageContaining(message);
    }
}
