package dev.weir.fuzz;

import dev.weir.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a request head means.
///
/// @param fields those that mean more than one connection, each `name: value`
record RequestMeaning(
        String method,
        String path,
        Optional<String> query,
        String authority,
        String host,
        int minorVersion,
        boolean persistent,
        boolean expectsContinue,
        long bodyLength,
        boolean webSocket,
        List<String> fields) {

    static RequestMeaning of(RequestHead head) {
        List<String> fields = new ArrayList<>();
        head.headers().forEach((name, value) -> fields.add(name + ": " + value));
        return new RequestMeaning(
                head.method(),
                head.path(),
                Optional.ofNullable(head.query()),
                head.authority(),
                head.host(),
                head.minorVersion(),
                head.persistent(),
                head.expectsContinue(),
                head.bodyLength(),
                head.webSocket(),
                fields);
    }

    /// Of a GET or HEAD; both its connections end with it.
    boolean bodyHasNoMeaning() {
        return bodyLength != 0 && (method.equals("GET") || method.equals("HEAD"));
    }

    /// What it means when it comes from Weir: in HTTP/1.1 on a connection that stays if it may, with a host.
    RequestMeaning forwarded(String fallbackHost) {
        List<String> named = new ArrayList<>(fields);
        if (authority.isEmpty()) {
            named.addFirst("Host: " + fallbackHost);
        }
        return new RequestMeaning(
                method,
                path,
                query,
                authority.isEmpty() ? fallbackHost : authority,
                authority.isEmpty() ? fallbackHost.replaceFirst(":.*", "") : host,
                1,
                !bodyHasNoMeaning(),
                expectsContinue,
                bodyLength,
                webSocket,
                named);
    }
}
