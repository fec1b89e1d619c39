package dev.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.weir.schema.Says;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What ARCHITECTURE.md says of the house, held.
class ArchitectureTest {
    /// From left to right.
    private static final List<String> WAY =
            List.of("listen", "route", "filter", "forward", "balance", "pool");

    private static final List<String> BELOW =
            List.of(
                    "schema",
                    "http",
                    "preamble",
                    "tunnel",
                    "exchange",
                    "service",
                    "limit",
                    "tls",
                    "retry",
                    "metrics",
                    "observe",
                    "trace",
                    "otlp",
                    "runtime");

    private static final JavaClasses ENGINE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.weir");

    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("dev.weir");

    private static String in(String room) {
        return "dev.weir." + room + "..";
    }

    private static String[] in(Stream<String> rooms) {
        return rooms.map(ArchitectureTest::in).toArray(String[]::new);
    }

    @TestFactory
    Stream<DynamicTest> aRoomOnTheWayUsesOnlyRoomsToItsRight() {
        return WAY.stream()
                .map(
                        room -> {
                            List<String> forbidden =
                                    new ArrayList<>(WAY.subList(0, WAY.indexOf(room)));
                            forbidden.addAll(
                                    List.of("config", "health", "discover", "explain", "admin"));
                            return DynamicTest.dynamicTest(room, () -> check(room, forbidden));
                        });
    }

    @TestFactory
    Stream<DynamicTest> aRoomBelowTheWayUsesNoRoomOnItOrBesideIt() {
        return BELOW.stream()
                .map(
                        room -> {
                            List<String> forbidden = new ArrayList<>(WAY);
                            forbidden.addAll(
                                    List.of("config", "health", "discover", "explain", "admin"));
                            return DynamicTest.dynamicTest(room, () -> check(room, forbidden));
                        });
    }

    /// The description of a setting may be composed of those of other rooms.
    private static void check(String room, List<String> forbidden) {
        DescribedPredicate<JavaClass> elsewhere =
                DescribedPredicate.describe(
                        "reside in dev.weir or one of " + forbidden,
                        type ->
                                !type.isAnnotatedWith(Says.class)
                                        && (type.getPackageName().equals("dev.weir")
                                                || forbidden.stream()
                                                        .anyMatch(
                                                                other ->
                                                                        resideInAPackage(in(other))
                                                                                .test(type))));
        noClasses()
                .that()
                .resideInAPackage(in(room))
                .should()
                .dependOnClassesThat(elsewhere)
                .check(ENGINE);
    }

    @Test
    void filtersDoNotKnowEachOther() {
        ArchRule rule = slices().matching("dev.weir.filter.(*)..").should().notDependOnEachOther();
        rule.check(ENGINE);
    }

    @Test
    void messagesKnowNoChannels() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        in(Stream.of("http", "preamble", "exchange", "filter", "balance", "limit")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.channel..")
                .check(ENGINE);
    }

    @Test
    void noStateIsStaticAndMutable() {
        fields().that().areStatic().should().beFinal().check(ENGINE);
        noClasses().should().accessClassesThat().areAssignableTo(ThreadLocal.class).check(ENGINE);
    }

    @Test
    void timeAndRandomnessArePassedIn() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        in(
                                Stream.of(
                                        "listen",
                                        "route",
                                        "filter",
                                        "service",
                                        "limit",
                                        "tls",
                                        "balance",
                                        "pool",
                                        "forward",
                                        "tunnel",
                                        "preamble",
                                        "http",
                                        "exchange")))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .accessClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .orShould()
                .accessClassesThat()
                .areAssignableTo(Random.class)
                .check(ENGINE);
    }

    @Test
    void noRoomIsCalledAfterNothing() {
        noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..common..", "..helper..", "..manager..", "..impl..")
                .check(ENGINE);
        noClasses()
                .should()
                .haveNameMatching(
                        ".*(Util|Utils|Helper|Manager|Impl)$|.*\\.(Abstract|Default)[A-Z].*")
                .check(ENGINE);
    }

    @Test
    void testsDoNotSleep() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class)
                .check(TESTS);
    }
}
