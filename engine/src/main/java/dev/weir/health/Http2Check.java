package dev.weir.health;

import dev.weir.health.HealthConfig.StatusRange;
import dev.weir.service.ServiceConfig;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// What [HttpCheck] is over HTTP/1.1, over HTTP/2. Immutable.
///
/// @param request its fields; not to be changed
record Http2Check(Http2Headers request, StatusRange status, Optional<String> bodyText)
        implements HealthCheck {
    private static final byte[] NOTHING = {};

    static Http2Check of(
            String path,
            InetSocketAddress address,
            HealthConfig config,
            ServiceConfig.Protocol protocol) {
        var fields = HttpCheck.fields(config);
        String host = fields.remove("Host");
        Http2Headers request =
                new DefaultHttp2Headers()
                        .method(config.method())
                        .path(path)
                        .scheme(protocol == ServiceConfig.Protocol.H2 ? "https" : "http")
                        .authority(host == null ? HttpCheck.authority(address) : host);
        fields.remove("Connection");
        fields.forEach((name, value) -> request.add(name.toLowerCase(Locale.ROOT), value));
        Http2CheckAnswer.rehearse(request);
        return new Http2Check(request, config.status(), config.body());
    }

    @Override
    public CheckResult ask(CheckConnection connection) throws CheckFailed {
        Http2CheckAnswer answer =
                Http2CheckAnswer.ask(connection, request, NOTHING, bodyText.isPresent());
        String said = answer.status();
        if (!said.matches("[1-5][0-9]{2}")) {
            return CheckResult.bad("not HTTP/2");
        }
        int number = Integer.parseInt(said);
        if (!status.contains(number)) {
            return CheckResult.bad("status " + number + " (expected " + status + ")");
        }
        if (bodyText.isPresent()) {
            TextSearch search = new TextSearch(bodyText.get().getBytes(StandardCharsets.UTF_8));
            for (byte b : answer.body()) {
                search.add(b);
            }
            if (!search.found()) {
                return CheckResult.bad("body lacks \"" + HttpCheck.shown(bodyText.get()) + "\"");
            }
        }
        return CheckResult.good("status " + number);
    }
}
