package dev.weir.admin;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.weir.schema.Says;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The OpenAPI 3.1 document of the admin API, made from the table of operations and the records that they take and give. For one document;
/// confined to its thread.
final class OpenApi {
    private static final String PROBLEM = "application/problem+json";
    private final Map<String, Object> schemas = new TreeMap<>();

    private OpenApi() {}

    static Map<String, Object> document(List<Operation> operations, String version) {
        return new OpenApi().of(operations, version);
    }

    private Map<String, Object> of(List<Operation> operations, String version) {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Operation operation : operations) {
            paths.computeIfAbsent(operation.path(), _ -> new LinkedHashMap<>())
                    .put(operation.verb().name().toLowerCase(Locale.ROOT), operation(operation));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.1");
        document.put(
                "info",
                Map.of(
                        "title",
                        "Weir admin API",
                        "version",
                        version,
                        "license",
                        Map.of("name", "Apache-2.0", "identifier", "Apache-2.0")));
        document.put("servers", List.of(Map.of("url", "/")));
        document.put("security", List.of(Map.of("token", List.of()), Map.of()));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "securitySchemes",
                        Map.of("token", Map.of("type", "http", "scheme", "bearer")),
                        "schemas",
                        schemas));
        return document;
    }

    private Map<String, Object> operation(Operation operation) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("operationId", id(operation));
        said.put("summary", operation.summary());
        if (!operation.parameters().isEmpty()) {
            said.put(
                    "parameters", operation.parameters().stream().map(OpenApi::parameter).toList());
        }
        if (operation.takes().type() != Void.class) {
            Map<String, Object> content = new LinkedHashMap<>();
            operation
                    .takes()
                    .media()
                    .forEach(
                            media ->
                                    content.put(
                                            media,
                                            Map.of("schema", schema(operation.takes().type()))));
            said.put("requestBody", Map.of("required", true, "content", content));
        }
        said.put("responses", responses(operation));
        return said;
    }

    /// `getServicesServiceEndpoints`, unique because method and path are.
    private static String id(Operation operation) {
        StringBuilder id = new StringBuilder(operation.verb().name().toLowerCase(Locale.ROOT));
        String path = operation.path().replace("/api/v1", "");
        for (String word : path.split("[^A-Za-z]+", -1)) {
            if (!word.isEmpty()) {
                id.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        return id.toString();
    }

    private static Map<String, Object> parameter(Operation.Parameter parameter) {
        return Map.of(
                "name",
                parameter.name(),
                "in",
                parameter.in().name().toLowerCase(Locale.ROOT),
                "required",
                parameter.required(),
                "description",
                parameter.says(),
                "schema",
                Map.of("type", "string"));
    }

    private Map<String, Object> responses(Operation operation) {
        Map<String, Object> content = new LinkedHashMap<>();
        Operation.Gives gives = operation.gives();
        for (String media : gives.media()) {
            content.put(
                    media,
                    gives.type() == Void.class
                            ? Map.of()
                            : Map.of(
                                    "schema",
                                    gives.many()
                                            ? Map.of("type", "array", "items", schema(gives.type()))
                                            : schema(gives.type())));
        }
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("2XX", Map.of("description", "Done.", "content", content));
        responses.put(
                "default",
                Map.of(
                        "description",
                        "Not done, and why (RFC 9457).",
                        "content",
                        Map.of(PROBLEM, Map.of("schema", schema(Router.ProblemDetails.class)))));
        return responses;
    }

    // ---- schemas ----

    private Map<String, Object> schema(Type type) {
        if (type instanceof ParameterizedType container) {
            Type[] arguments = container.getActualTypeArguments();
            if (container.getRawType() == Optional.class) {
                return schema(arguments[0]);
            }
            return container.getRawType() == List.class
                    ? of("type", "array", "items", schema(arguments[0]))
                    : of("type", "object", "additionalProperties", schema(arguments[1]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain.isEnum()) {
            List<String> words =
                    Arrays.stream(plain.getEnumConstants())
                            .map(constant -> Json.word((Enum<?>) constant))
                            .toList();
            return of("type", "string", "enum", words);
        }
        if (plain == Instant.class) {
            return of("type", "string", "format", "date-time");
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return of("type", "boolean");
        }
        if (plain == double.class || plain == Double.class) {
            return of("type", "number");
        }
        return of("type", plain == String.class ? "string" : "integer");
    }

    private Map<String, Object> record(Class<?> type) {
        String name = name(type);
        if (!schemas.containsKey(name)) {
            Map<String, Object> made = new LinkedHashMap<>();
            // Before its members, so that one that contains itself ends.
            schemas.put(name, made);
            made.put("type", "object");
            Map<String, Object> properties = new LinkedHashMap<>();
            List<String> required = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                String key =
                        PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(
                                component.getName());
                Map<String, Object> schema = schema(component.getGenericType());
                Says says = component.getAnnotation(Says.class);
                if (says != null) {
                    schema.put("description", says.value());
                }
                properties.put(key, schema);
                if (component.getType() != Optional.class) {
                    required.add(key);
                }
            }
            made.put("properties", properties);
            if (!required.isEmpty()) {
                made.put("required", required);
            }
        }
        return of("$ref", "#/components/schemas/" + name);
    }

    /// Of other rooms, records within records may be called like resources here.
    private static String name(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        boolean ours = around == null || around.getPackage().equals(OpenApi.class.getPackage());
        return (ours ? "" : around.getSimpleName()) + type.getSimpleName();
    }

    private static Map<String, Object> of(String key, Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        return map;
    }

    private static Map<String, Object> of(
            String key, Object value, String other, Object otherValue) {
        Map<String, Object> map = of(key, value);
        map.put(other, otherValue);
        return map;
    }
}
