package dev.weir;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes the reference page of the admin API from its OpenAPI document.
final class AdminReference {
    private static final String HEAD =
            """
            # The admin API

            What a running gateway shows and lets be changed, made from the table of operations in the code; the same as an OpenAPI 3.1
            document: `/api/v1/openapi.json`. [How to use it](../how-to/administer.md) says where it is and who may ask.

            * Keys are in snake_case, and words in small letters with hyphens, as in the file. What has no value is left out.
            * Nothing is changed by GET. A body is `application/json`, unless something else is said.
            * What is not done is answered as `application/problem+json` (RFC 9457): `detail` is one sentence for people. A configuration with
              mistakes has each of them in `problems`, and all of them with their lines in `report`.
            * `/live` and `/ready` need no token.

            ## Operations
            """;

    private final JsonNode document;
    private final StringBuilder page = new StringBuilder(HEAD);

    private AdminReference(JsonNode document) {
        this.document = document;
    }

    static String markdown(JsonNode document) {
        return new AdminReference(document).write();
    }

    private String write() {
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            path.getValue()
                    .properties()
                    .forEach(each -> operation(path.getKey(), each.getKey(), each.getValue()));
        }
        page.append("\n## Objects\n");
        for (Map.Entry<String, JsonNode> each : document.at("/components/schemas").properties()) {
            object(each.getKey(), each.getValue());
        }
        return page.toString();
    }

    private void operation(String path, String verb, JsonNode operation) {
        page.append("\n### ").append(verb.toUpperCase(Locale.ROOT)).append(' ').append(path);
        page.append("\n\n").append(operation.get("summary").asText()).append('\n');
        JsonNode parameters = operation.path("parameters");
        if (!parameters.isEmpty()) {
            page.append("\n| parameter | meaning |\n|---|---|\n");
            for (JsonNode each : parameters) {
                page.append(
                        "| `%s` | %s |\n".formatted(name(each), each.get("description").asText()));
            }
        }
        JsonNode takes = operation.at("/requestBody/content");
        if (!takes.isMissingNode()) {
            page.append("\nTakes ").append(content(takes)).append(".\n");
        }
        page.append("\nGives ")
                .append(content(operation.at("/responses/2XX/content")))
                .append(".\n");
    }

    private static String name(JsonNode parameter) {
        String name = parameter.get("name").asText();
        return switch (parameter.get("in").asText()) {
            case "path" -> "{" + name + "}";
            case "query" -> "?" + name + "=";
            default -> name + ":";
        };
    }

    /// JSON by its object, anything else by its media types.
    private static String content(JsonNode content) {
        JsonNode json = content.path("application/json").path("schema");
        if (!json.isMissingNode()) {
            return type(json);
        }
        List<String> media = new ArrayList<>();
        content.fieldNames().forEachRemaining(each -> media.add("`" + each + "`"));
        return String.join(" or ", media);
    }

    private void object(String name, JsonNode schema) {
        page.append("\n### ").append(name).append("\n\n| key | value | meaning |\n|---|---|---|\n");
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        for (Map.Entry<String, JsonNode> each : schema.get("properties").properties()) {
            page.append(
                    "| `%s` | %s%s | %s |\n"
                            .formatted(
                                    each.getKey(),
                                    type(each.getValue()),
                                    required.contains(each.getKey()) ? "" : ", or nothing",
                                    each.getValue().path("description").asText()));
        }
    }

    private static String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.get("$ref").asText().replaceFirst(".*/", "");
            return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
        }
        if (schema.has("enum")) {
            List<String> words = new ArrayList<>();
            schema.get("enum").forEach(each -> words.add("`" + each.asText() + "`"));
            return String.join(", ", words);
        }
        return switch (schema.path("type").asText()) {
            case "array" -> "list of " + type(schema.get("items"));
            case "object" -> "by name: " + type(schema.path("additionalProperties"));
            case "string" -> schema.has("format") ? "time" : "text";
            case "" -> "any";
            default -> schema.get("type").asText();
        };
    }
}
