package dev.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.Installed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard in the docs asks for nothing that Weir does not tell.
class GrafanaDashboardTest {
    private static final Path FILE = Path.of("../docs/grafana-weir.json");

    /// What Prometheus and the dashboard's own variables add.
    private static final Set<String> NOT_OURS = Set.of("job", "instance", "le");

    private static final Pattern NAME = Pattern.compile("\\b(weir|http|jvm|process)_[a-z_]+");
    private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)\\}");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=");
    private static final Pattern GROUPED = Pattern.compile("by \\(([^)]*)\\)");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]+)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{ *([a-z_]+) *}}");

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(FILE.toFile());
    }

    static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        dashboard().findValues("expr").forEach(each -> queries.add(each.textValue()));
        return queries;
    }

    private static List<String> variables() throws IOException {
        List<String> queries = new ArrayList<>();
        dashboard()
                .at("/templating/list")
                .findValues("definition")
                .forEach(each -> queries.add(each.textValue()));
        return queries;
    }

    /// The names on a page of this process, and those in the table, which are not all on every page.
    private static Set<String> names() throws IOException {
        Set<String> names = new HashSet<>();
        for (Metric metric : Metric.values()) {
            if (metric.kind() == Metric.Kind.HISTOGRAM) {
                names.addAll(
                        List.of(
                                metric.text() + "_bucket",
                                metric.text() + "_sum",
                                metric.text() + "_count"));
            } else {
                names.add(metric.text());
            }
        }
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        new MetricsPage(_ -> {}).write(null, page);
        page.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }

    @Test
    void asksOnlyForNamesThatThereAre() throws Exception {
        Set<String> names = names();
        List<String> asked = new ArrayList<>(queries());
        asked.addAll(variables());
        for (String query : asked) {
            List<String> used =
                    NAME.matcher(labelsRemoved(query)).results().map(MatchResult::group).toList();
            assertThat(used).as(query).isNotEmpty().allMatch(names::contains);
        }
    }

    private static String labelsRemoved(String query) {
        return query.replaceAll("\\{[^}]*\\}", "").replaceAll("by \\([^)]*\\)", "");
    }

    @Test
    void selectsAndGroupsOnlyByLabelsThatTheNameHas() throws Exception {
        for (String query : queries()) {
            Set<String> known = new HashSet<>(NOT_OURS);
            SELECTOR.matcher(query)
                    .results()
                    .forEach(
                            selector -> {
                                Set<String> labels = labels(selector.group(1));
                                if (!labels.isEmpty()) {
                                    assertThat(
                                                    LABEL.matcher(
                                                                    selector.group(2)
                                                                            .replaceAll(
                                                                                    "\"[^\"]*\"",
                                                                                    ""))
                                                            .results()
                                                            .map(each -> each.group(1)))
                                            .as(query)
                                            .allMatch(
                                                    each ->
                                                            NOT_OURS.contains(each)
                                                                    || labels.contains(each));
                                }
                                known.addAll(labels);
                            });
            GROUPED.matcher(query)
                    .results()
                    .forEach(
                            group ->
                                    assertThat(group.group(1).split(", "))
                                            .as(query)
                                            .isSubsetOf(known));
        }
    }

    /// Of one of Weir's own metrics; empty for those of the JVM.
    private static Set<String> labels(String name) {
        String base = name.replaceAll("_(bucket|sum|count)$", "");
        return Arrays.stream(Metric.values())
                .filter(each -> each.text().equals(name) || each.text().equals(base))
                .flatMap(each -> each.labels().stream())
                .collect(Collectors.toSet());
    }

    @Test
    void isADashboardWhosePanelsDoNotOverlap() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("uid").textValue()).isEqualTo("weir");
        assertThat(dashboard.path("schemaVersion").intValue()).isPositive();
        Set<String> taken = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").textValue();
            assertThat(title).isNotBlank();
            assertThat(ids.add(panel.path("id").intValue())).as(title).isTrue();
            JsonNode at = panel.path("gridPos");
            for (int x = at.path("x").intValue();
                    x < at.path("x").intValue() + at.path("w").intValue();
                    x++) {
                assertThat(x).as(title).isLessThan(24);
                for (int y = at.path("y").intValue();
                        y < at.path("y").intValue() + at.path("h").intValue();
                        y++) {
                    assertThat(taken.add(x + "/" + y)).as(title).isTrue();
                }
            }
            assertThat(
                            panel.path("type").textValue().equals("row")
                                    || panel.path("targets").size() > 0)
                    .as(title)
                    .isTrue();
        }
        assertThat(ids).hasSizeGreaterThan(20);
    }

    /// A data source of another installation would be a dashboard without data.
    @Test
    void asksOnlyTheDataSourceThatItsReaderChooses() throws Exception {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.has("__inputs")).as("asks at its import").isFalse();
        assertThat(dashboard.path("id").isNumber()).as("has another one's place").isFalse();
        List<JsonNode> variables =
                dashboard
                        .at("/templating/list")
                        .valueStream()
                        .filter(each -> each.path("type").textValue().equals("datasource"))
                        .toList();
        assertThat(variables).hasSize(1);
        assertThat(variables.getFirst().path("query").textValue()).isEqualTo("prometheus");
        String chosen = "${" + variables.getFirst().path("name").textValue() + "}";
        List<JsonNode> all = dashboard.findValues("datasource");
        assertThat(all)
                .allSatisfy(
                        each -> {
                            assertThat(each.path("type").textValue()).isEqualTo("prometheus");
                            assertThat(each.path("uid").textValue()).isEqualTo(chosen);
                        });
        for (JsonNode panel : dashboard.path("panels")) {
            List<JsonNode> who = new ArrayList<>(panel.path("targets").valueStream().toList());
            if (!panel.path("type").textValue().equals("row")) {
                who.add(panel);
            }
            assertThat(who).as(panel.path("title").textValue()).allMatch(e -> e.has("datasource"));
        }
    }

    @Test
    void usesEachOfItsVariablesAndNoOthers() throws Exception {
        JsonNode dashboard = dashboard();
        Set<String> has =
                dashboard
                        .at("/templating/list")
                        .valueStream()
                        .map(each -> each.path("name").textValue())
                        .collect(Collectors.toSet());
        Set<String> used =
                VARIABLE.matcher(dashboard.toString())
                        .results()
                        .map(each -> each.group(1))
                        .filter(each -> !each.startsWith("__"))
                        .collect(Collectors.toSet());
        assertThat(used).isEqualTo(has);
    }

    /// What a counter says by itself is how long the process has been up.
    @Test
    void showsOfCountersHowFastTheyGrow() throws Exception {
        for (String query : queries()) {
            for (Metric metric : Metric.values()) {
                boolean grows =
                        metric.kind() != Metric.Kind.GAUGE && metric.kind() != Metric.Kind.INFO;
                Matcher at =
                        Pattern.compile("\\b" + metric.text() + "(_[a-z]+)?\\b").matcher(query);
                while (grows && at.find()) {
                    assertThat(query.substring(0, at.start()))
                            .as(query)
                            .matches(".*(rate|increase|changes)\\($");
                }
            }
        }
    }

    @Test
    void namesLinesByLabelsThatTheyHave() throws Exception {
        int named = 0;
        for (JsonNode panel : dashboard().path("panels")) {
            Set<String> letters = new HashSet<>();
            for (JsonNode target : panel.path("targets")) {
                String query = target.path("expr").textValue();
                assertThat(letters.add(target.path("refId").textValue())).as(query).isTrue();
                Set<String> has = new HashSet<>(NOT_OURS);
                Matcher grouped = GROUPED.matcher(query);
                if (grouped.find()) {
                    has = Set.of(grouped.group(1).split(", "));
                } else {
                    for (MatchResult each : SELECTOR.matcher(query).results().toList()) {
                        has.addAll(labels(each.group(1)));
                    }
                }
                String legend = target.path("legendFormat").asText();
                List<String> labels =
                        LEGEND.matcher(legend).results().map(each -> each.group(1)).toList();
                assertThat(has).as(query + " as " + legend).containsAll(labels);
                named += labels.size();
            }
        }
        assertThat(named).isGreaterThan(10);
    }

    @Test
    void asksInPromQlThatPrometheusUnderstands(@TempDir Path folder) throws Exception {
        Installed.assume("promtool");
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int number = 0;
        for (String query : queries()) {
            String expr = query.replace("$__rate_interval", "5m").replace("'", "''");
            rules.append("  - { record: 'panel:")
                    .append(number++)
                    .append("', expr: '")
                    .append(expr)
                    .append("' }\n");
        }
        Path file = folder.resolve("rules.yml");
        Files.writeString(file, rules.toString());
        Process promtool =
                new ProcessBuilder("promtool", "check", "rules", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(said).contains("SUCCESS: " + number + " rules found");
    }
}
