package dev.weir.admin;

import dev.weir.schema.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Finds the operation of a request, reads what it carries, and makes the answer of what comes of it. Immutable; thread-safe.
final class Router {
    private final List<Operation> operations;
    private final Json json;

    Router(List<Operation> operations, Json json) {
        this.operations = List.copyOf(operations);
        this.json = json;
    }

    /// An operation, and what stands in its path for the names of its template.
    record Found(Operation operation, Map<String, String> path) {}

    /// Whether what is asked for tells nothing but that the process lives, so that anybody may ask.
    boolean open(HttpRequest request) {
        String path = new QueryStringDecoder(request.uri()).rawPath();
        return path.equals("/live") || path.equals("/ready") || Dashboard.is(path);
    }

    /// @throws Refused 400, 404, 405, 406 or 415
    Found find(HttpRequest request) throws Refused {
        if (!request.decoderResult().isSuccess()) {
            throw new Refused(400, "the request cannot be read");
        }
        String path = new QueryStringDecoder(request.uri()).rawPath();
        List<String> segments = segments(path);
        List<String> allowed = new ArrayList<>();
        String method = request.method().name().equals("HEAD") ? "GET" : request.method().name();
        for (Operation operation : operations) {
            Optional<Map<String, String>> names = match(segments(operation.path()), segments);
            if (names.isPresent() && operation.verb().name().equals(method)) {
                accepted(operation, request.headers());
                media(operation, request.headers());
                return new Found(operation, names.get());
            }
            if (names.isPresent()) {
                allowed.add(operation.verb().name());
            }
        }
        if (allowed.isEmpty()) {
            throw new Refused(
                    404, "there is nothing here; GET /api/v1/openapi.json lists what there is");
        }
        throw new Refused(405, "this is for " + String.join(" or ", allowed))
                .with("Allow", String.join(", ", allowed));
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static Optional<Map<String, String>> match(List<String> template, List<String> path) {
        if (template.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String wanted = template.get(i);
            if (wanted.startsWith("{")) {
                names.put(wanted.substring(1, wanted.length() - 1), decoded(path.get(i)));
            } else if (!wanted.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }

    private static String decoded(String segment) {
        try {
            // A plus is a plus in a path.
            return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException _) {
            // Not decodable, so it names nothing that there is.
            return segment;
        }
    }

    private static void accepted(Operation operation, HttpHeaders headers) throws Refused {
        String accept = headers.get(HttpHeaderNames.ACCEPT, "");
        if (accept.isEmpty()) {
            return;
        }
        for (String one : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String range = one.split(";", 2)[0].strip();
            for (String media : operation.gives().media()) {
                String type = media.split(";", 2)[0];
                String group = type.substring(0, type.indexOf('/') + 1) + "*";
                if (range.equals("*/*") || range.equals(type) || range.equals(group)) {
                    return;
                }
            }
        }
        throw new Refused(406, "this is " + String.join(" or ", operation.gives().media()));
    }

    private static void media(Operation operation, HttpHeaders headers) throws Refused {
        List<String> taken = operation.takes().media();
        String type =
                headers.get(HttpHeaderNames.CONTENT_TYPE, "")
                        .split(";", 2)[0]
                        .strip()
                        .toLowerCase(Locale.ROOT);
        if (!taken.isEmpty() && !taken.contains(type)) {
            throw new Refused(415, "expected: Content-Type: " + taken.getFirst())
                    .with("Accept", String.join(", ", taken));
        }
    }

    /// Does what is asked. Called on a virtual thread.
    ///
    /// @param by who asks
    Answer answer(Found found, HttpRequest request, byte[] body, String by) {
        try {
            Call call =
                    new Call(
                            found.path(),
                            query(request),
                            read(found.operation(), body),
                            tags(request.headers()),
                            request.headers().get(HttpHeaderNames.ACCEPT, ""),
                            by);
            return found.operation().handler().answer(call);
        } catch (Refused refused) {
            return problem(refused);
        }
    }

    private Object read(Operation operation, byte[] body) throws Refused {
        Class<?> type = operation.takes().type();
        if (type == String.class) {
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
            } catch (CharacterCodingException e) {
                throw new Refused(400, "the body is not UTF-8");
            }
        }
        return type == Void.class ? "" : json.read(body, type);
    }

    private static Map<String, String> query(HttpRequest request) throws Refused {
        Map<String, String> first = new LinkedHashMap<>();
        try {
            new QueryStringDecoder(request.uri())
                    .parameters()
                    .forEach((name, values) -> first.put(name, values.getFirst()));
        } catch (IllegalArgumentException _) {
            throw new Refused(400, "the query is not percent-encoded as it should be: %25 is a %");
        }
        return first;
    }

    /// RFC 9110 §13.1.1. A weak tag never matches.
    private static List<String> tags(HttpHeaders headers) {
        List<String> tags = new ArrayList<>();
        for (String line : headers.getAll(HttpHeaderNames.IF_MATCH)) {
            for (String tag : line.split(",", -1)) {
                tags.add(tag.strip().replaceAll("^\"(.*)\"$", "$1"));
            }
        }
        return tags;
    }

    /// What stands in `application/problem+json`.
    ///
    /// @param problems of a configuration
    /// @param report the same for people, as `weir validate` prints them
    record ProblemDetails(
            String type,
            String title,
            int status,
            String detail,
            List<Resource.ConfigProblem> problems,
            Optional<String> report) {}

    /// RFC 9457.
    Answer problem(Refused refused) {
        List<Resource.ConfigProblem> problems =
                refused.problems().stream().map(Router::shown).toList();
        ProblemDetails details =
                new ProblemDetails(
                        "about:blank",
                        HttpResponseStatus.valueOf(refused.status()).reasonPhrase(),
                        refused.status(),
                        refused.detail(),
                        problems,
                        Optional.of(refused.report()).filter(text -> !text.isEmpty()));
        return new Answer.Bytes(
                refused.status(),
                "application/problem+json",
                json.bytes(details),
                refused.fields());
    }

    static Resource.ConfigProblem shown(Problem problem) {
        return new Resource.ConfigProblem(
                problem.at().file(),
                problem.at().line(),
                problem.at().column(),
                problem.length(),
                problem.path(),
                problem.message(),
                Optional.ofNullable(problem.hint()));
    }

    byte[] json(Object body) {
        return json.bytes(body);
    }
}
