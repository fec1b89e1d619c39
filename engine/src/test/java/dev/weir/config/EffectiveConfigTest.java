package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.WeirConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The effective configuration is one that could have been written.
class EffectiveConfigTest {
    static final Path EVERYTHING = Path.of("src/test/resources/good/everything.yaml");

    static Reading.Loaded everything() {
        return loaded(ConfigFile.read(EVERYTHING, name -> null));
    }

    static Reading.Loaded loaded(Reading reading) {
        if (reading instanceof Reading.Refused refused) {
            throw new AssertionError(
                    new ProblemReport(refused.sources(), false).render(refused.problems()));
        }
        return (Reading.Loaded) reading;
    }

    private static WeirConfig read(String yaml) {
        Path folder = EVERYTHING.toAbsolutePath().getParent();
        return loaded(ConfigFile.read("effective.yaml", yaml, folder, name -> null)).config();
    }

    @Test
    void readsBackToTheSameConfiguration() {
        WeirConfig config = everything().config();
        assertThat(read(EffectiveConfig.yaml(config, true))).isEqualTo(config);
    }

    @Test
    void readsBackWhatIsOnlyDefaults() {
        assertThat(read(EffectiveConfig.yaml(WeirConfig.DEFAULTS))).isEqualTo(WeirConfig.DEFAULTS);
    }

    @Test
    void isTheSameTextEveryTime() {
        String once = EffectiveConfig.yaml(everything().config(), true);
        assertThat(EffectiveConfig.yaml(read(once), true)).isEqualTo(once);
    }

    @Test
    void hidesSecretsUnlessAsked() {
        WeirConfig config = everything().config();
        assertThat(EffectiveConfig.yaml(config, true))
                .contains("0123456789abcdef")
                .contains("Api-Key: a-key-for-the-collector")
                .contains("Authorization: none");
        assertThat(EffectiveConfig.yaml(config))
                .doesNotContain("0123456789abcdef")
                .doesNotContain("a-key-for-the-collector")
                .contains("Api-Key: (hidden)")
                .contains("secret: (hidden)")
                .contains("Authorization: (hidden)");
    }

    @Test
    void writesEveryDefault() {
        assertThat(EffectiveConfig.yaml(WeirConfig.DEFAULTS))
                .contains("request-line: 8KiB")
                .contains("header-timeout: 10s")
                .contains("underscores-in-headers: drop");
    }

    @Test
    void theSampleSaysEveryKeyThereIs() throws IOException {
        Set<String> said = new HashSet<>();
        keys(
                "",
                new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(EVERYTHING)),
                said);
        List<ConfigReference.Section> sections = new ArrayList<>(ConfigReference.sections());
        sections.addAll(ConfigReference.filters());
        for (ConfigReference.Section section : sections) {
            String above =
                    section.shape() == Shapes.CONFIG ? "" : ".*/" + section.key() + "(/[^/]*)?";
            for (Part part : section.shape().parts()) {
                for (String key : part.keys()) {
                    assertThat(said)
                            .as(section.title() + " " + key)
                            .anyMatch(path -> path.matches(above + "/" + key));
                }
            }
        }
    }

    /// All keys below a value with those above them, `/routes/match/host`; entries of lists do not count as a level.
    private static void keys(String above, Object value, Set<String> found) {
        if (value instanceof Map<?, ?> map) {
            map.forEach(
                    (key, inner) -> {
                        found.add(above + "/" + key);
                        keys(above + "/" + key, inner, found);
                    });
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> keys(above, inner, found));
        }
    }

    @Test
    void leavesOutWhatSaysNoMoreThanTheDefault() {
        WeirConfig config = read("weir: 1\nlimits: { header-count: 100, keep-alive: 5s }\n");
        assertThat(EffectiveConfig.changed(config))
                .isEqualTo("weir: 1\nlimits:\n  keep-alive: 5s\n");
        assertThat(read(EffectiveConfig.changed(config))).isEqualTo(config);
    }

    @Test
    void saysWhereEveryValueComesFrom() {
        String yaml =
                """
                weir: 1
                listeners: { web: "${PORT}" }
                routes:
                  - name: orders
                    filters: [{ jwt: { secret: "${KEY:-none}" } }]
                    timeout: 5s
                    to: orders
                services:
                  orders:
                    endpoints: [10.0.0.11:8080, { address: 10.0.0.12:8080, weight: 1 }]
                """;
        Reading.Loaded loaded =
                loaded(
                        ConfigFile.read(
                                "a.yaml",
                                yaml,
                                Path.of("."),
                                Map.of("PORT", "8080", "KEY", "0123456789abcdef0123456789abcdef")
                                        ::get));

        String text = EffectiveConfig.sourced(loaded);

        assertThat(noted(text, "listen:")).endsWith("# ${PORT} at a.yaml:2:19");
        assertThat(noted(text, "protocols:")).endsWith("# default");
        assertThat(noted(text, "- name: orders")).endsWith("# a.yaml:4:11");
        assertThat(noted(text, "secret:")).contains("(hidden)").endsWith("# ${KEY} at a.yaml:5:32");
        assertThat(noted(text, "first-byte:")).endsWith("# a.yaml:6:14");
        assertThat(noted(text, "to:")).isEqualTo("to:");
        assertThat(noted(text, "- address: 10.0.0.11:8080")).endsWith("# a.yaml:10:17");
        assertThat(text.lines().filter(line -> line.contains("weight: 1")))
                .satisfiesExactly(
                        first -> assertThat(first).endsWith("# default"),
                        second -> assertThat(second).endsWith("# a.yaml:10:68"));
        assertThat(read(text.replace("(hidden)", "0123456789abcdef0123456789abcdef")))
                .isEqualTo(loaded.config());
    }

    private static String noted(String text, String begin) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow();
    }
}
