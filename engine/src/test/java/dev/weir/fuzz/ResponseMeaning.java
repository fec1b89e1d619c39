package dev.weir.fuzz;

import dev.weir.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;

/// What a response head means.
record ResponseMeaning(
        int status,
        String reason,
        long bodyLength,
        boolean persistent,
        long keepAliveSeconds,
        boolean webSocket,
        List<String> fields) {

    static ResponseMeaning of(ResponseHead head) {
        List<String> fields = new ArrayList<>();
        head.headers().forEach((name, value) -> fields.add(name + ": " + value));
        return new ResponseMeaning(
                head.status(),
                head.reason(),
                head.bodyLength(),
                head.persistent(),
                head.keepAliveSeconds(),
                head.webSocket(),
                fields);
    }
}
