package dev.weir.health;

import dev.weir.service.ServiceConfig;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// An endpoint that answers SERVING to the gRPC health protocol is up. Immutable.
///
/// Source: grpc.health.v1.Health/Check in github.com/grpc/grpc, doc/health-checking.md; framing: doc/PROTOCOL-HTTP2.md.
///
/// @param request its fields; not to be changed
/// @param message the framed `HealthCheckRequest`; not to be changed
@SuppressWarnings("ArrayRecordComponent") // nobody compares checks
record GrpcCheck(Http2Headers request, byte[] message) implements HealthCheck {
    /// Whether it is compressed, and its length.
    private static final int PREFIX = 5;

    /// Longer names than this do not fit in the one byte that says a length here.
    static final int LONGEST_SERVICE = 127;

    private static final byte TEXT_FIELD_1 = 0x0a;
    private static final byte NUMBER_FIELD_1 = 0x08;
    private static final Map<Integer, String> STATES =
            Map.of(0, "UNKNOWN", 1, "SERVING", 2, "NOT_SERVING", 3, "SERVICE_UNKNOWN");

    /// @param service whose state is asked for; empty for that of the endpoint as a whole
    static GrpcCheck of(
            String service, InetSocketAddress address, ServiceConfig.Protocol protocol) {
        Http2Headers request =
                new DefaultHttp2Headers()
                        .method("POST")
                        .path("/grpc.health.v1.Health/Check")
                        .scheme(protocol == ServiceConfig.Protocol.H2 ? "https" : "http")
                        .authority(HttpCheck.authority(address))
                        .add("content-type", "application/grpc")
                        .add("te", "trailers")
                        .add("user-agent", HttpCheck.userAgent());
        Http2CheckAnswer.rehearse(request);
        return new GrpcCheck(request, message(service.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] message(byte[] service) {
        if (service.length == 0) {
            return new byte[PREFIX];
        }
        byte[] message = Arrays.copyOf(new byte[PREFIX + 2], PREFIX + 2 + service.length);
        message[PREFIX - 1] = (byte) (2 + service.length);
        message[PREFIX] = TEXT_FIELD_1;
        message[PREFIX + 1] = (byte) service.length;
        System.arraycopy(service, 0, message, PREFIX + 2, service.length);
        return message;
    }

    @Override
    public CheckResult ask(CheckConnection connection) throws CheckFailed {
        Http2CheckAnswer answer = Http2CheckAnswer.ask(connection, request, message, true);
        if (!answer.status().equals("200")) {
            return CheckResult.bad("status " + answer.status() + " (expected 200)");
        }
        String code = answer.inTheEnd("grpc-status");
        if (!code.equals("0")) {
            return CheckResult.bad("grpc-status " + (code.isEmpty() ? "missing" : shown(code)));
        }
        int state = state(answer.body());
        String name = STATES.getOrDefault(state, "state " + state);
        return state == 1 ? CheckResult.good(name) : CheckResult.bad(name);
    }

    /// The enum in `HealthCheckResponse`; 0 if it is left out.
    private static int state(byte[] answer) {
        boolean said = answer.length >= PREFIX + 2 && answer[PREFIX] == NUMBER_FIELD_1;
        return said ? answer[PREFIX + 1] : 0;
    }

    private static String shown(String code) {
        return code.matches("[0-9]{1,2}") ? code : "malformed";
    }
}
