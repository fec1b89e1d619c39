package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.HeaderEditsBench.Edits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is measured is what a request goes through; how fast is for a quiet machine.
class HeaderEditsBenchTest {
    private final HeaderEditsBench bench = new HeaderEditsBench();

    @AfterEach
    void release() {
        bench.release();
    }

    @Test
    void writesTheRequestWithWhoAskedAndTheFiltersEdits() {
        bench.edits = Edits.THREE;
        bench.build();
        assertThat(bench.request()).isEqualTo(bench.written().length());
        assertThat(bench.written())
                .startsWith("GET /catalogue/item?id=4711 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n")
                .contains("X-Request-Context: 7d1f3c58-90ab-4cde-8f01-23456789abcd\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n", "Via: 1.1 weir\r\n", "X-Request-Id: ")
                .contains("X-Gateway: weir\r\n", "Cache-Control: no-store\r\n")
                .doesNotContain("Priority")
                .endsWith("\r\n\r\n");
    }

    @Test
    void writesTheAnswerWithTheFiltersEdits() {
        bench.edits = Edits.THREE;
        bench.build();
        assertThat(bench.answer()).isEqualTo(bench.written().length());
        assertThat(bench.written())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Length: 1024\r\n", "X-Gateway: weir\r\n")
                .doesNotContain("Server", "Connection")
                .endsWith("\r\n\r\n");
    }

    @Test
    void leavesTheFieldsAloneWhereTheRouteHasNoFilter() {
        bench.build();
        bench.request();
        assertThat(bench.written()).contains("Priority: u=0, i\r\n").doesNotContain("X-Gateway");
        bench.answer();
        assertThat(bench.written()).contains("Server: nginx").doesNotContain("X-Gateway");
    }
}
