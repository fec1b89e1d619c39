package dev.weir.health;

import dev.weir.health.HealthConfig.StatusRange;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An endpoint that answers a request with the right status, and the right text where one is asked for, is up.
/// Without such a text the body is not read: the connection is closed behind the head. Immutable.
///
/// @param request the whole request, its empty line included
/// @param expectsBody whether an answer may have a body at all, which one to `HEAD` has not
record HttpCheck(String request, boolean expectsBody, StatusRange status, Optional<String> bodyText)
        implements HealthCheck {
    private static final int SHOWN_TEXT = 40;

    static HttpCheck of(String path, InetSocketAddress address, HealthConfig config) {
        return new HttpCheck(
                request(path, address, config),
                !config.method().equals("HEAD"),
                config.status(),
                config.body());
    }

    @Override
    public CheckResult ask(CheckConnection connection) throws CheckFailed {
        connection.write(request.getBytes(StandardCharsets.UTF_8));
        HttpAnswer answer = HttpAnswer.read(connection, expectsBody);
        if (!status.contains(answer.status())) {
            return CheckResult.bad("status " + answer.status() + " (expected " + status + ")");
        }
        if (bodyText.isPresent() && !answer.bodyContains(bodyText.get())) {
            return CheckResult.bad("body lacks \"" + shown(bodyText.get()) + "\"");
        }
        return CheckResult.good("status " + answer.status());
    }

    /// The fields of a check's request, the configured ones among them.
    static Map<String, String> fields(HealthConfig config) {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.put("User-Agent", userAgent());
        fields.put("Accept", "*/*");
        fields.put("Connection", "close");
        switch (config.method()) {
            // RFC 9110 §8.6: methods that usually have content say so when there is none.
            case "POST", "PUT", "PATCH" -> fields.put("Content-Length", "0");
            default -> {}
        }
        fields.putAll(config.headers());
        return fields;
    }

    private static String request(String path, InetSocketAddress address, HealthConfig config) {
        Map<String, String> fields = fields(config);
        String host = fields.remove("Host");
        StringBuilder head = new StringBuilder(256);
        head.append(config.method()).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host == null ? authority(address) : host).append("\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    /// RFC 9110 §7.2, without the zone of an IPv6 address, which means something on this machine only.
    static String authority(InetSocketAddress address) {
        String name = address.getHostString();
        int zone = name.indexOf('%');
        String plain = zone < 0 ? name : name.substring(0, zone);
        String bracketed = plain.indexOf(':') < 0 ? plain : "[" + plain + "]";
        return address.getPort() == 80 ? bracketed : bracketed + ":" + address.getPort();
    }

    static String userAgent() {
        // Known in a jar only.
        String version = HttpCheck.class.getPackage().getImplementationVersion();
        return version == null ? "weir-health" : "weir-health/" + version;
    }

    /// What is sought, cut to a length that a line bears and without what would break the line.
    static String shown(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(SHOWN_TEXT)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .forEach(line::appendCodePoint);
        return text.codePointCount(0, text.length()) > SHOWN_TEXT ? line + "…" : line.toString();
    }
}
