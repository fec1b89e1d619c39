package dev.weir.fuzz;

import dev.weir.http.LimitsConfig;
import dev.weir.http.Parsed;
import dev.weir.http.SlowPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request head, the plain way. Source: RFC 9112 §2, §3; RFC 9110 §7, §10.1.1.
final class PlainRequest {
    private static final Pattern LINE =
            Pattern.compile(
                    "(" + PlainHead.TOKEN + ") ([!-~&&[^#\\\\<>\"]]+) HTTP/([0-9])\\.([0-9])");
    private static final Pattern TARGET =
            Pattern.compile("((?i:https?)://([^/?]*))?(/[^?]*|\\*)?(\\?(.*))?");
    private static final Pattern AUTHORITY =
            Pattern.compile(
                    "((?<address>\\[[0-9A-Fa-f:.]{2,}\\])|(?<name>[A-Za-z0-9_~-]+(\\.[A-Za-z0-9_~-]+)*)\\.?)"
                            + "(:(?<port>[0-9]{1,5}))?");

    private final PlainHead head;
    private final LimitsConfig limits;

    private PlainRequest(String text, LimitsConfig limits) {
        this.head = new PlainHead(text, 0, limits);
        this.limits = limits;
    }

    /// What a reading came to.
    ///
    /// @param taken how many bytes belong to the head, where it is complete
    record Reading(Parsed parsed, int taken, Optional<RequestMeaning> meaning) {
        static Reading stopped(Parsed parsed) {
            return new Reading(parsed, -1, Optional.empty());
        }
    }

    static Reading read(String text, LimitsConfig limits) {
        PlainRequest request = new PlainRequest(text, limits);
        try {
            RequestMeaning meaning = request.read();
            return new Reading(Parsed.COMPLETE, request.head.taken(), Optional.of(meaning));
        } catch (PlainHead.Stopped stopped) {
            return Reading.stopped(stopped.parsed);
        }
    }

    private RequestMeaning read() {
        Matcher line = requestLine();
        String method = line.group(1);
        int minorVersion = line.group(4).equals("0") ? 0 : 1;
        Target target = target(method, line.group(2));
        List<PlainHead.Field> fields = head.fields();
        Optional<String> authority = authority(fields, target, minorVersion);
        String path = path(target);
        long framing = PlainHead.framing(fields, minorVersion);
        List<String> options = PlainHead.options(fields);
        boolean continues = continues(fields, minorVersion, framing);
        List<PlainHead.Field> onward = new ArrayList<>(PlainHead.endToEnd(fields, options));
        if (!continues) {
            onward.removeIf(field -> field.is("expect"));
        }
        if (target.authority().isPresent()) {
            onward.removeIf(field -> field.is("host"));
            onward.add(new PlainHead.Field("Host", target.authority().get()));
        }
        return new RequestMeaning(
                method,
                path,
                target.query(),
                authority.orElse(""),
                authority.map(PlainRequest::host).orElse(""),
                minorVersion,
                PlainHead.persistent(options, minorVersion)
                        && !(framing != PlainHead.ABSENT
                                && framing != 0
                                && Set.of("GET", "HEAD").contains(method)),
                continues,
                framing == PlainHead.ABSENT ? 0 : framing,
                minorVersion == 1
                        && method.equals("GET")
                        && (framing == PlainHead.ABSENT || framing == 0)
                        && PlainHead.webSocket(fields, options),
                onward.stream().map(PlainHead.Field::toString).toList());
    }

    /// Up to two empty lines may stand before the request line.
    private Matcher requestLine() {
        String line = "";
        for (int i = 0; i < 3 && line.isEmpty(); i++) {
            line = head.line((int) limits.requestLine().bytes(), Parsed.LINE_TOO_LONG);
        }
        Matcher parts = LINE.matcher(line);
        PlainHead.check(parts.matches());
        if (!parts.group(3).equals("1")) {
            throw new PlainHead.Stopped(Parsed.VERSION_NOT_SUPPORTED);
        }
        return parts;
    }

    /// @param path empty for CONNECT
    private record Target(Optional<String> authority, String path, Optional<String> query) {}

    private static Target target(String method, String text) {
        if (method.equals("CONNECT")) {
            PlainHead.check(authority(text).group("port") != null);
            return new Target(Optional.of(text), "", Optional.empty());
        }
        if (text.equals("*")) {
            PlainHead.check(method.equals("OPTIONS"));
            return new Target(Optional.empty(), "*", Optional.empty());
        }
        Matcher parts = TARGET.matcher(text);
        PlainHead.check(parts.matches());
        Optional<String> authority = Optional.ofNullable(parts.group(2));
        String path = parts.group(3) == null ? "" : parts.group(3);
        PlainHead.check(!path.equals("*"));
        authority.ifPresent(PlainRequest::authority);
        PlainHead.check(authority.isPresent() || !path.isEmpty());
        return new Target(
                authority, path.isEmpty() ? "/" : path, Optional.ofNullable(parts.group(5)));
    }

    private static Matcher authority(String text) {
        Matcher parts = AUTHORITY.matcher(text);
        PlainHead.check(parts.matches());
        String port = parts.group("port");
        PlainHead.check(port == null || Integer.parseInt(port) <= 65_535);
        return parts;
    }

    private static String host(String authority) {
        Matcher parts = authority(authority);
        String name = parts.group("name");
        return (name == null ? parts.group("address") : name).toLowerCase(Locale.ROOT);
    }

    private static Optional<String> authority(
            List<PlainHead.Field> fields, Target target, int minorVersion) {
        List<String> hosts = PlainHead.values(fields, "host");
        PlainHead.check(hosts.size() == 1 || hosts.isEmpty() && minorVersion == 0);
        if (!hosts.isEmpty() && !(hosts.getFirst().isEmpty() && target.authority().isPresent())) {
            authority(hosts.getFirst());
        }
        return target.authority().or(() -> hosts.stream().findFirst());
    }

    private String path(Target target) {
        if (target.path().isEmpty() || target.path().equals("*")) {
            return target.path();
        }
        return SlowPath.normalise(target.path(), limits.mergeSlashes())
                .orElseThrow(() -> new PlainHead.Stopped(Parsed.MALFORMED));
    }

    private static boolean continues(List<PlainHead.Field> fields, int minorVersion, long framing) {
        List<String> expected = PlainHead.values(fields, "expect");
        if (expected.isEmpty()) {
            return false;
        }
        if (expected.size() > 1 || !expected.getFirst().equalsIgnoreCase("100-continue")) {
            throw new PlainHead.Stopped(Parsed.EXPECTATION_NOT_SUPPORTED);
        }
        return minorVersion == 1 && framing != PlainHead.ABSENT && framing != 0;
    }

    /// What an endpoint must get of a request.
    static String written(RequestMeaning meaning, boolean lengthSaid, String fallbackHost) {
        StringBuilder out = new StringBuilder();
        out.append(meaning.method()).append(' ').append(meaning.path());
        meaning.query().ifPresent(query -> out.append('?').append(query));
        out.append(" HTTP/1.1\r\n");
        meaning.forwarded(fallbackHost).fields().forEach(field -> out.append(field).append("\r\n"));
        if (meaning.bodyLength() == PlainHead.CHUNKED) {
            out.append("Transfer-Encoding: chunked\r\n");
        } else if (lengthSaid) {
            out.append("Content-Length: ").append(meaning.bodyLength()).append("\r\n");
        }
        if (meaning.bodyHasNoMeaning()) {
            out.append("Connection: close\r\n");
        } else if (meaning.webSocket()) {
            out.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        }
        return out.append("\r\n").toString();
    }
}
