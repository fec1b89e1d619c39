package dev.weir.filter.headers;

import dev.weir.exchange.Exchange;
import dev.weir.filter.EditableFields;
import dev.weir.filter.Filter;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.Headers;
import dev.weir.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Removes, sets and adds fields, in this order. Immutable.
final class FieldEdits implements Filter {
    private final Steps request;
    private final Steps response;

    FieldEdits(HeadersConfig config) {
        request = new Steps("request", config.request());
        response = new Steps("response", config.response());
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        request.apply(exchange.request().headers());
        return Verdict.PASS;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        response.apply(head.headers());
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        Verdict verdict = onRequest(exchange);
        String answer = response.says();
        return answer.isEmpty()
                ? Foresight.of(verdict)
                : Foresight.of(verdict, "of the answer: " + answer);
    }

    /// The changes to one kind of head, as arrays: they are gone through per request.
    private static final class Steps {
        private final String[] removed;
        private final Pair[] set;
        private final Pair[] added;

        private record Pair(String name, String value) {}

        Steps(String side, HeadersConfig.Edits edits) {
            removed = removed(side + ".remove", edits.remove());
            set = pairs(side + ".set", edits.set());
            added = pairs(side + ".add", edits.add());
        }

        private static String[] removed(String key, List<String> names) {
            for (String name : names) {
                EditableFields.checkName(key, name);
            }
            return names.toArray(String[]::new);
        }

        private static Pair[] pairs(String key, Map<String, String> fields) {
            fields.forEach(
                    (name, value) -> {
                        EditableFields.checkName(key, name);
                        EditableFields.checkValue(key, name, value);
                    });
            return fields.entrySet().stream()
                    .map(field -> new Pair(field.getKey(), field.getValue()))
                    .toArray(Pair[]::new);
        }

        /// In words, without values.
        String says() {
            List<String> words = new ArrayList<>();
            for (String name : removed) {
                words.add("removes " + name);
            }
            for (Pair pair : set) {
                words.add("sets " + pair.name);
            }
            for (Pair pair : added) {
                words.add("adds " + pair.name);
            }
            return String.join(", ", words);
        }

        void apply(Headers headers) {
            for (String name : removed) {
                headers.remove(name);
            }
            for (Pair pair : set) {
                headers.set(pair.name, pair.value);
            }
            for (Pair pair : added) {
                headers.add(pair.name, pair.value);
            }
        }
    }
}
