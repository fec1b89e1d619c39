package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Checks documents against the schema with the few keywords that it uses (JSON Schema draft 2020-12).
class ConfigSchemaTest {
    private static final Object SCHEMA = load(ConfigSchema.json());

    private static Object load(String text) {
        return new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    private static boolean valid(Object schema, Object value) {
        Map<?, ?> rules = map(schema);
        boolean reference =
                !rules.containsKey("$ref")
                        || valid(
                                map(map(SCHEMA).get("$defs"))
                                        .get(
                                                ((String) rules.get("$ref"))
                                                        .substring("#/$defs/".length())),
                                value);
        return reference
                && types(rules.get("type")).anyMatch(type -> is(type, value))
                && (!rules.containsKey("enum") || ((List<?>) rules.get("enum")).contains(value))
                && (!rules.containsKey("anyOf")
                        || ((List<?>) rules.get("anyOf"))
                                .stream().anyMatch(one -> valid(one, value)))
                && (!rules.containsKey("oneOf")
                        || ((List<?>) rules.get("oneOf"))
                                        .stream().filter(one -> valid(one, value)).count()
                                == 1)
                && (!(value instanceof String text) || text(rules, text))
                && (!(value instanceof Number number) || number(rules, number.longValue()))
                && (!(value instanceof List<?> list) || list(rules, list))
                && (!(value instanceof Map<?, ?> object) || object(rules, object));
    }

    private static Stream<?> types(Object type) {
        return type == null
                ? Stream.of("any")
                : type instanceof List<?> several ? several.stream() : Stream.of(type);
    }

    private static boolean is(Object type, Object value) {
        return switch ((String) type) {
            case "any" -> true;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "array" -> value instanceof List;
            case "object" -> value instanceof Map;
            case "null" -> value == null;
            default -> throw new AssertionError("unknown type " + type);
        };
    }

    private static boolean text(Map<?, ?> rules, String text) {
        return !rules.containsKey("pattern")
                || java.util.regex.Pattern.compile((String) rules.get("pattern"))
                        .matcher(text)
                        .find();
    }

    private static boolean number(Map<?, ?> rules, long number) {
        return !rules.containsKey("minimum")
                || (((Number) rules.get("minimum")).longValue() <= number
                        && number <= ((Number) rules.get("maximum")).longValue());
    }

    private static boolean list(Map<?, ?> rules, List<?> list) {
        return !rules.containsKey("items")
                || list.stream().allMatch(item -> valid(rules.get("items"), item));
    }

    private static boolean object(Map<?, ?> rules, Map<?, ?> object) {
        Map<?, ?> properties =
                rules.containsKey("properties") ? map(rules.get("properties")) : Map.of();
        Object others =
                rules.containsKey("additionalProperties")
                        ? rules.get("additionalProperties")
                        : true;
        return (!rules.containsKey("required")
                        || object.keySet().containsAll((List<?>) rules.get("required")))
                && object.entrySet().stream()
                        .allMatch(
                                entry -> {
                                    Object rule =
                                            properties.containsKey(entry.getKey())
                                                    ? properties.get(entry.getKey())
                                                    : others;
                                    return rule instanceof Boolean allowed
                                            ? allowed
                                            : valid(rule, entry.getValue());
                                });
    }

    @Test
    void acceptsEveryKeyAndEveryShortForm() throws IOException {
        Map<?, ?> sample = map(load(Files.readString(EffectiveConfigTest.EVERYTHING)));
        Map<?, ?> properties = map(map(map(SCHEMA).get("$defs")).get("weir-config"));
        sample.forEach(
                (key, value) ->
                        assertThat(valid(map(properties.get("properties")).get(key), value))
                                .as(String.valueOf(key))
                                .isTrue());
        assertThat(valid(SCHEMA, sample)).isTrue();
    }

    @Test
    void acceptsTheEffectiveConfiguration() {
        String yaml = EffectiveConfig.yaml(EffectiveConfigTest.everything().config(), true);
        assertThat(valid(SCHEMA, load(yaml))).isTrue();
    }

    @Test
    void acceptsVariablesWhereAnEditorCannotKnowTheirValue() {
        assertThat(
                        valid(
                                SCHEMA,
                                load(
                                        "weir: 1\nlisteners: { web: \"${PORT}\" }\ndrain: { delay: \"${D}\" }")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listeners: {}",
                "weir: 1\nupstreams: {}",
                "weir: 1\nlisteners: { web: eighty }",
                "weir: 1\nlisteners: { web: 80800 }",
                "weir: 1\ndrain: { delay: 5 }",
                "weir: 1\nlimits: { headers: 32KB }",
                "weir: 1\nlimits: { header-count: 0 }",
                "weir: 1\nroutes: [{ name: app }]",
                "weir: 1\nroutes: [{ to: app, redirect: / }]",
                "weir: 1\nroutes: [{ to: app, filters: [{ rate-limit: 100 }] }]",
                "weir: 1\nroutes: [{ to: app, filters: [{ rate-limt: 100/s }] }]",
                "weir: 1\nroutes: [{ to: app, filters: [{ rate-limit: { key: client.ip } }] }]",
                "weir: 1\nservices: { app: { discover: { every: 10s } } }",
                "weir: 1\nservices: { app: { endpoints: [\"127.0.0.1:1\"], balance: fastest } }",
                "weir: 1\nservices: { app: { endpoints: [127.0.0.1] } }",
                "weir: 1\nroutes: [{ to: app, match: { headers: { X-A: { regexp: a } } } }]"
            })
    void refuses(String yaml) {
        assertThat(valid(SCHEMA, load(yaml))).isFalse();
    }
}
