package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The committed reference page is what the records say.
class ConfigReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/config.md");

    private static List<ConfigReference.Section> sections() {
        List<ConfigReference.Section> all = new ArrayList<>(ConfigReference.sections());
        all.addAll(ConfigReference.filters());
        return all;
    }

    @Test
    void theCommittedPageIsNotStale() throws IOException {
        String page = ConfigReference.markdown();
        if (Boolean.getBoolean("weir.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as(
                        "docs/reference/config.md is stale; refresh it with: mvn -pl engine -am test"
                                + " -Dtest=ConfigReferenceTest -Dsurefire.failIfNoSpecifiedTests=false"
                                + " -Dweir.write=true")
                .isEqualTo(page);
    }

    @Test
    void everySectionAndEveryKeySaysWhatItIsFor() {
        assertThat(sections())
                .allSatisfy(
                        section -> {
                            assertThat(Names.says(section.shape().recordType()))
                                    .as(section.title())
                                    .isNotBlank();
                            for (Part part : section.shape().parts()) {
                                assertThat(part.says())
                                        .as(section.title() + " " + part.key())
                                        .endsWith(".");
                            }
                        });
    }

    @Test
    void everyKeyIsRequiredOrHasADefault() {
        assertThat(sections())
                .allSatisfy(
                        section ->
                                assertThat(section.shape().parts())
                                        .allMatch(
                                                part ->
                                                        part.required()
                                                                || part.standard() != null));
    }

    @Test
    void everyDefaultLiesWithinItsBounds() {
        for (ConfigReference.Section section : sections()) {
            for (Part part : section.shape().parts()) {
                Bounds bounds = part.bounds();
                Object standard = part.standard();
                if (bounds != null && standard != null) {
                    assertThat(bounds.wrong(standard))
                            .as(section.title() + " " + part.key())
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void everyExampleReads() {
        assertThat(sections())
                .allSatisfy(
                        section -> {
                            Findings findings = new Findings();
                            String example = section.example().replace("${file:", "$${file:");
                            Variables none = new Variables(Path.of("."), name -> null);
                            Value value = YamlText.read("example.yaml", example, none, findings);
                            assertThat(value).as(section.title()).isNotNull();
                            section.shape().read(value, Place.top(findings));
                            assertThat(findings.problems()).as(section.title()).isEmpty();
                        });
    }

    @Test
    void theExampleOfTheIntroductionReads() {
        Matcher sample =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                        .matcher(ConfigReference.markdown());
        assertThat(sample.find()).isTrue();
        Reading reading =
                ConfigFile.read(
                        "sample.yaml",
                        sample.group(1),
                        Path.of("."),
                        name -> "a secret of more than 32 bytes, as HS256 wants");
        assertThat(EffectiveConfigTest.loaded(reading).warnings()).isEmpty();
    }

    @Test
    void everyLinkLeadsToAHeading() {
        String page = ConfigReference.markdown();
        List<String> anchors = new ArrayList<>();
        Matcher heading = Pattern.compile("(?m)^#+ (.*)$").matcher(page);
        while (heading.find()) {
            anchors.add(
                    heading.group(1)
                            .toLowerCase(java.util.Locale.ROOT)
                            .replaceAll("[^a-z0-9 -]", "")
                            .replace(' ', '-'));
        }
        Matcher link = Pattern.compile("\\]\\(#([^)]*)\\)").matcher(page);
        List<String> targets = new ArrayList<>();
        while (link.find()) {
            targets.add(link.group(1));
        }
        assertThat(targets).isNotEmpty().allMatch(anchors::contains);
    }
}
