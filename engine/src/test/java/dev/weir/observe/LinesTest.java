package dev.weir.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.filter.Exchanges;
import dev.weir.http.RequestHeads;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
    /// 2026-01-31T23:59:59.007Z.
    private static final long TIME = 1_769_903_999_007L;

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final LineBuffer line = new LineBuffer();

    @Test
    void writesAWholeExchangeAsJson() {
        assertThat(json(answered()))
                .isEqualTo(
                        """
                        {"time":"2026-01-31T23:59:59.007Z","id":"made-by-weir",\
                        "trace":"4bf92f3577b34da6a3ce929d0e0e4736","client":"192.0.2.7","method":"GET",\
                        "host":"shop.example.com","path":"/orders/7?a=1","protocol":"HTTP/1.1",\
                        "status":200,"bytes_in":0,"bytes_out":1234,"route":"orders","service":"orders-v2",\
                        "endpoint":"10.0.0.11:8080","attempts":1,"ended_by":"endpoint",\
                        "queue_ms":1.500,"connect_ms":0.000,"first_byte_ms":20.250,"total_ms":30.000,\
                        "weir_ms":9.750}""");
    }

    @Test
    void leavesOutWhatDidNotHappen() throws Exception {
        Exchange exchange = Exchanges.get("/nothing");
        exchange.record.route = "";
        exchange.record.failure = Failure.NO_ROUTE;
        exchange.record.status = 404;
        exchange.record.beganNanos = 1;
        exchange.record.headNanos = 1;
        exchange.record.endedNanos = 1_000_001;

        Map<String, Object> parsed = JSONObjectUtils.parse(json(exchange));

        assertThat(parsed)
                .doesNotContainKeys(
                        "trace", "host", "route", "service", "endpoint", "queue_ms", "connect_ms")
                .containsEntry("ended_by", "client")
                .containsEntry("reason", "no-route")
                .containsEntry("total_ms", 1.0)
                .containsEntry("weir_ms", 1.0);
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT_GONE, client",
        "CONNECT_REFUSED, endpoint",
        "NO_SOCKET, weir",
        "ANSWER_TIMEOUT, endpoint",
        "DRAINING, weir"
    })
    void saysWhoEndedIt(Failure failure, String who) {
        Exchange exchange = answered();
        exchange.record.failure = failure;

        assertThat(json(exchange))
                .contains("\"ended_by\":\"" + who + "\",\"reason\":\"" + failure.reason() + "\"");
    }

    @Test
    void saysThatWeirAnsweredByItself() {
        assertThat(json(Exchanges.get("/"))).contains("\"ended_by\":\"weir\"");
    }

    @Test
    void countsTheWaitForASilentEndpointAsItsOwn() {
        Exchange exchange = answered();
        exchange.record.firstByteNanos = 0;

        assertThat(json(exchange))
                .contains("\"total_ms\":30.000,\"weir_ms\":2.500")
                .doesNotContain("first_byte_ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "\",\"status\":200,\"x\":\"4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                ""
            })
    void leavesOutATraceThatIsNone(String traceParent) {
        assertThat(json(Exchanges.get("/", "traceparent", traceParent))).doesNotContain("trace");
    }

    @Test
    void readsTheTraceOfALaterVersion() {
        assertThat(json(Exchanges.get("/", "traceparent", "01" + TRACE.substring(2) + "-more")))
                .contains("\"trace\":\"4bf92f3577b34da6a3ce929d0e0e4736\"");
    }

    @Test
    void letsNobodyForgeALine() throws Exception {
        String evil = "a\"b\\c\r\nd\u0000\u001b[2J\u007f\u0085";
        Exchange exchange =
                Exchanges.of(
                        evil,
                        "/" + evil + "?" + evil,
                        "Host",
                        evil,
                        "User-Agent",
                        evil,
                        "Referer",
                        evil);
        exchange.id(evil);
        exchange.record.route = "b\u00fccher \ud83d\ude00 \ud800";

        Map<String, Object> parsed = JSONObjectUtils.parse(json(exchange));
        assertThat(parsed)
                .containsEntry("path", "/" + evil + "?" + evil)
                .containsEntry("method", evil)
                .containsEntry("id", evil)
                .containsEntry("route", "b\u00fccher \ud83d\ude00 ?");
        for (String text : new String[] {json(exchange), combined(exchange)}) {
            assertThat(text.chars()).noneMatch(c -> c < 0x20 || c >= 0x7f && c < 0xa0);
        }
        assertThat(combined(exchange)).contains("a\\x22b\\x5cc\\x0d\\x0ad\\x00\\x1b[2J\\x7f\\x85");
    }

    @Test
    void cutsFieldsThatAreTooLong() {
        Exchange exchange = Exchanges.get("/" + "p".repeat(20_000) + "?q=" + "q".repeat(20_000));

        assertThat(json(exchange).length()).isBetween(16_000, 17_000);
        assertThat(combined(exchange).length()).isBetween(16_000, 17_000);
    }

    @Test
    void writesTheCombinedFormat() {
        Exchange exchange =
                Exchanges.get(
                        "/orders/7?token=abc&a=1",
                        "Referer",
                        "https://shop.example.com/?key=abc&b=2",
                        "User-Agent",
                        "curl/8",
                        "Authorization",
                        "Bearer abc",
                        "Cookie",
                        "session=abc");
        RequestHeads.minorVersion(exchange.request(), 0);
        exchange.record.status = 404;
        exchange.record.bytesOut = 12;

        assertThat(combined(exchange))
                .isEqualTo(
                        "192.0.2.7 - - [01/Feb/2026:00:59:59 +0100] \"GET /orders/7?token=***&a=1 HTTP/1.0\" 404 12"
                                + " \"https://shop.example.com/?key=***&b=2\" \"curl/8\"");
    }

    @Test
    void writesADashForFieldsThatAreNotThere() {
        assertThat(combined(Exchanges.get("/"))).endsWith("\"GET / HTTP/1.1\" 0 0 \"-\" \"-\"");
    }

    @ParameterizedTest
    @CsvSource({
        "token=s, token=***",
        "a=1&access_token=s&b=2, a=1&access_token=***&b=2",
        "API_KEY=s&apikey=s&api-key=s, API_KEY=***&apikey=***&api-key=***",
        "key=s&password=s&secret=s, key=***&password=***&secret=***",
        "sig=s&signature=s&code=s&auth=s, sig=***&signature=***&code=***&auth=***",
        "id_token=s&X-Amz-Signature=s&client_secret=s, id_token=***&X-Amz-Signature=***&client_secret=***",
        "%74oken=s&%54%4fKEN=s, %74oken=***&%54%4fKEN=***",
        "token=a=b&c, token=***&c",
        "token=, token=***",
        "&&token=s&, &&token=***&",
        "monkey=1&country_code=2&tokens=3&author=4&token, monkey=1&country_code=2&tokens=3&author=4&token",
        "%zz=1&%=2&%7=3, %zz=1&%=2&%7=3"
    })
    void leavesSecretsOutOfQueries(String query, String logged) {
        assertThat(json(Exchanges.get("/?" + query))).contains("\"path\":\"/?" + logged + "\"");
    }

    @Test
    void findsASecretBehindALongName() {
        assertThat(json(Exchanges.get("/?" + "x".repeat(1000) + "_token=hidden")))
                .doesNotContain("hidden");
    }

    private static Exchange answered() {
        Exchange exchange =
                Exchanges.get(
                        "/orders/7?a=1", "Host", "Shop.example.com:8080", "traceparent", TRACE);
        Exchange.Record record = exchange.record;
        record.service = "orders-v2";
        record.endpoint = "10.0.0.11:8080";
        record.status = 200;
        record.attempts = 1;
        record.bytesOut = 1234;
        record.beganNanos = 1_000_000;
        record.headNanos = 2_000_000;
        record.pickedNanos = 3_500_000;
        record.connectedNanos = 3_500_000;
        record.firstByteNanos = 23_750_000;
        record.endedNanos = 31_000_000;
        return exchange;
    }

    private String json(Exchange exchange) {
        return text(new JsonLine(), exchange);
    }

    private String combined(Exchange exchange) {
        return text(new CombinedLine(ZoneId.of("Europe/Berlin")), exchange);
    }

    private String text(LineFormat format, Exchange exchange) {
        line.clear();
        format.write(exchange, TIME, line);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
    }
}
