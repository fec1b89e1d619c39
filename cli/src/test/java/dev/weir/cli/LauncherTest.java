package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script `weir` in the root, copied into a folder with JDKs and a Maven that only write down what they are
/// asked.
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String RUNS = "java ";
    private static final String BUILDS = "mvn ";

    private record Said(int exitCode, String out, String err) {}

    private static final String TRAINS = "Training Weir for quick starts …\n";

    @TempDir Path directory;
    private String javaOptions = "-Dlast=* -Xmx64m";
    private Path home;
    private Path path;

    @BeforeEach
    void layOut() throws IOException {
        directory = directory.toRealPath();
        home = Files.createDirectories(directory.resolve("a clone"));
        path = Files.createDirectories(directory.resolve("path"));
        for (String tool :
                List.of(
                        "bash",
                        "dirname",
                        "find",
                        "mkdir",
                        "mv",
                        "readlink",
                        "rm",
                        "sed",
                        "sleep",
                        "tail",
                        "touch",
                        "cat")) {
            Files.createSymbolicLink(path.resolve(tool), whereIs(tool));
        }
        Files.copy(Path.of("..", "weir"), home.resolve("weir"));
        executable(home.resolve("weir"));
        for (String source : List.of("cli", "engine", "simulator", "testkit")) {
            write(home.resolve(source + "/pom.xml"), "<project/>");
            write(home.resolve(source + "/src/main/java/A.java"), "class A {}");
        }
        write(home.resolve("pom.xml"), "<project/>");
        write(home.resolve(".mvn/jvm.config"), "");
    }

    private static Path whereIs(String tool) {
        return List.of("/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin").stream()
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/bash\n" + text);
        executable(file);
    }

    private Path jdk(String name, String version) throws IOException {
        Path jdk = directory.resolve(name);
        script(
                jdk.resolve("bin/java"),
                "for word; do case $word in -XX:AOTCacheOutput=*) echo learnt >\"${word#*=}\" ;; esac; done\n"
                        + "echo \"java $0 $* signal=$_JAVA_SR_SIGNUM\"\n");
        script(jdk.resolve("bin/javac"), "");
        write(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private void maven(String more) throws IOException {
        script(
                path.resolve("mvn"),
                "echo \"mvn $JAVA_HOME $PWD $*\" >> '"
                        + directory
                        + "/builds'\n"
                        + "mkdir -p cli/target/lib; : > cli/target/weir-cli-0.1.0.jar\n"
                        + more);
    }

    private List<String> builds() throws IOException {
        Path builds = directory.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
    }

    private Said weir(Path from, Path script, String javaHome, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("WEIR_JAVA_OPTS", javaOptions);
        if (!javaHome.isEmpty()) {
            builder.environment().put("JAVA_HOME", javaHome);
        }
        Path err = Files.createTempFile(directory, "err", "");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), out, Files.readString(err));
    }

    private Said weir(String javaHome, String... args) throws IOException, InterruptedException {
        return weir(directory, home.resolve("weir"), javaHome, args);
    }

    private void touchLater(String file) throws IOException {
        Files.setLastModifiedTime(home.resolve(file), FileTime.from(Instant.now().plusSeconds(5)));
    }

    /// Takes the folders of the machine's own JDKs out of the script, which would find them.
    private void forgetSystemFolders() throws IOException {
        String script = Files.readString(home.resolve("weir"));
        String blind =
                script.replaceAll(
                                "(?m)^  for candidate in /usr/lib/jvm.*$",
                                "  for candidate in \\\\")
                        .replaceAll("(?m)^    /(Library|opt).*$", "    \\\\");
        assertThat(blind).isNotEqualTo(script).doesNotContain("in /usr/lib/jvm");
        Files.writeString(home.resolve("weir"), blind);
    }

    @Test
    void buildsOnceThenRunsFromAnywhereAndThroughLinks() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("a clone/weir"));
        Path second = Files.createSymbolicLink(path.resolve("weir"), link);

        Said first = weir(jdk, "run", "-c", "my file");
        Said again = weir(path, second, jdk, "version");

        assertThat(first.err()).isEqualTo("Building Weir (first run only) …\n" + TRAINS);
        assertThat(first.out())
                .startsWith(RUNS + jdk + "/bin/java --enable-native-access=ALL-UNNAMED")
                .contains(
                        "signal=60",
                        "-Dlast=* -Xmx64m",
                        "-cp "
                                + home
                                + "/cli/target/weir-cli-0.1.0.jar:"
                                + home
                                + "/cli/target/lib/* dev.weir.cli.Main run -c my file");
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).contains("dev.weir.cli.Main version");
        assertThat(builds()).hasSize(1);
        assertThat(builds().getFirst())
                .startsWith(BUILDS + jdk + " " + home + " ")
                .contains("-pl cli -am package", "-DskipTests");
    }

    @Test
    void buildsAgainWhenASourceOrAPomIsNewerOrAFileHasGone() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25").toString();
        weir(jdk, "version");

        touchLater("engine/src/main/java/A.java");
        assertThat(weir(jdk, "version").err())
                .isEqualTo("Building Weir (sources have changed) …\n" + TRAINS);
        Files.setLastModifiedTime(
                home.resolve("engine/src/main/java/A.java"), FileTime.from(Instant.EPOCH));
        assertThat(weir(jdk, "version").err()).isEmpty();

        Files.delete(home.resolve("cli/target/weir-cli-0.1.0.jar"));
        weir(jdk, "version");
        assertThat(builds()).hasSize(3);

        Files.delete(home.resolve("cli/src/main/java/A.java"));
        touchLater("cli/src/main/java");
        weir(jdk, "version");
        assertThat(builds()).hasSize(4);
    }

    @Test
    void trainsWithTheFlagsAndTheClassPathOfAStartAndUsesWhatWasLearnt() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        Path cache = home.resolve("cli/target/weir.aot");

        Said first = weir(jdk, "run");

        List<String> start = words(first.out());
        List<String> training = words(Files.readString(home.resolve("target/weir-training.log")));
        List<String> trained = training.subList(training.indexOf("--") + 2, training.size());
        assertThat(training).contains("training-run");
        assertThat(trained)
                .contains("-XX:AOTCacheOutput=" + cache + ".next")
                .doesNotContain("-Xmx64m");
        assertThat(start).contains("-XX:AOTCache=" + cache);
        assertThat(flags(start, "-Dlast=*", "-Xmx64m"))
                .isEqualTo(
                        flags(
                                trained,
                                "-XX:+UnlockDiagnosticVMOptions",
                                "-XX:+IgnoreUnrecognizedVMOptions",
                                "-XX:-AOTRecordTraining"));
        assertThat(cache).hasContent("learnt");
    }

    private static List<String> words(String line) {
        return List.of(line.strip().replace("a clone", "a_clone").split(" ")).stream()
                .map(word -> word.replace("a_clone", "a clone"))
                .toList();
    }

    /// What the JVM must be told alike in training and later: all flags but those about the cache, and the class path.
    private static List<String> flags(List<String> words, String... others) {
        return words.subList(0, words.indexOf("run")).stream()
                .filter(word -> word.startsWith("-") || word.contains(".jar"))
                .filter(word -> !word.startsWith("-XX:AOT") && !word.startsWith("-Xlog:"))
                .filter(word -> !word.startsWith("-Dweir.terminals="))
                .filter(word -> !List.of(others).contains(word))
                .toList();
    }

    @Test
    void startsWithoutACacheWhenTrainingFailsAndSaysSoOnce() throws Exception {
        maven("");
        Path jdk = jdk("jdk", "25.0.1");
        script(
                jdk.resolve("bin/java"),
                "case $* in *training-run*) exit 1 ;; esac; echo \"java $0 $*\"\n");

        Said first = weir(jdk.toString(), "run");
        Said again = weir(jdk.toString(), "run");

        assertThat(first.exitCode()).isZero();
        assertThat(first.err()).contains(TRAINS, "weir: no AOT cache was made");
        assertThat(home.resolve("target/weir-build.log")).content().contains("no AOT cache");
        assertThat(first.out()).startsWith(RUNS).doesNotContain("AOTCache");
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).isEqualTo(first.out());
    }

    @Test
    void trainsAnewWithEveryBuildAndOnlyThen() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        Path cache = home.resolve("cli/target/weir.aot");
        weir(jdk, "version");
        Files.delete(cache);

        Said without = weir(jdk, "version");
        touchLater("engine/src/main/java/A.java");
        Files.writeString(cache, "of the last build");
        weir(jdk, "version");

        assertThat(without.exitCode()).isZero();
        assertThat(without.err()).isEmpty();
        assertThat(without.out()).doesNotContain("AOTCache");
        assertThat(cache).hasContent("learnt");
    }

    @Test
    void trainsAgainWithoutABuildWhenTheJarsWereWrittenAnew() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        Path cache = home.resolve("cli/target/weir.aot");
        weir(jdk, "version");
        Files.setLastModifiedTime(cache, FileTime.from(Instant.EPOCH));

        Said again = weir(jdk, "version");

        assertThat(again.err()).isEqualTo(TRAINS);
        assertThat(again.out()).contains("-XX:AOTCache=" + cache);
        assertThat(builds()).hasSize(1);
        assertThat(weir(jdk, "version").err()).isEmpty();
    }

    @Test
    void leavesTheCacheOutForWhoeverSaysSomethingAboutCaches() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        javaOptions = "-XX:AOTCacheOutput=" + directory + "/mine.aot";

        Said said = weir(jdk, "run");

        assertThat(said.out()).contains(javaOptions).doesNotContain("-XX:AOTCache=");
    }

    @Test
    void anotherCollectorTakesThePlaceOfOursAndOfWhatIsSaidToIt() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();
        assertThat(weir(jdk, "run").out()).contains("-XX:+UseSerialGC", "-XX:MaxNewSize=");
        javaOptions = "-XX:+UseG1GC";

        Said said = weir(jdk, "run");

        assertThat(said.out())
                .contains(javaOptions, "-XX:+UseCompactObjectHeaders")
                .doesNotContain("-XX:+UseSerialGC", "-XX:MaxNewSize=");
    }

    @Test
    void showsTheErrorsOfABuildThatFailsAndExits1() throws Exception {
        maven("echo '[ERROR] A.java:[1,1] wrong'; echo '[ERROR] -> [Help 1]'; echo advice; exit 1");
        String jdk = jdk("jdk", "25").toString();

        Said said = weir(jdk, "run");

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err())
                .contains("A.java:[1,1] wrong", "weir: the build failed")
                .doesNotContain("advice");
        assertThat(said.out()).isEmpty();
        weir(jdk, "run");
        assertThat(builds()).as("a failed build is not taken for built").hasSize(2);
    }

    @Test
    void passesOverAnOldJavaHomeForTheJavaOnThePath() throws Exception {
        maven("");
        Path old = jdk("old", "17.0.15");
        Path good = jdk("good", "26-ea");
        Files.createSymbolicLink(path.resolve("java"), good.resolve("bin/java"));

        assertThat(weir(old.toString(), "version").out()).startsWith(RUNS + good + "/bin/java ");
    }

    @Test
    void findsAJdkInTheUsualFoldersAndNoticesWhenItHasGone() throws Exception {
        maven("");
        forgetSystemFolders();
        String old = jdk("old", "24.0.2").toString();
        Path usual = jdk(".jdks/temurin-25", "25.0.1");

        assertThat(weir(old, "version").out()).startsWith(RUNS + usual + "/bin/java ");

        Files.writeString(usual.resolve("release"), "JAVA_VERSION=\"11.0.1\"\n");
        assertThat(weir(old, "version").exitCode()).isEqualTo(1);
    }

    @Test
    void wantsACompilerAndNotOnlyARuntime() throws Exception {
        maven("");
        Path runtime = jdk("runtime", "25.0.1");
        Files.delete(runtime.resolve("bin/javac"));
        Path good = jdk("good", "25.0.1");
        Files.createSymbolicLink(path.resolve("java"), good.resolve("bin/java"));

        assertThat(weir(runtime.toString(), "version").out())
                .startsWith(RUNS + good + "/bin/java ");
    }

    @Test
    void saysInOneSentenceThatMavenIsMissing() throws Exception {
        Said said = weir(jdk("jdk", "25").toString(), "run");

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).startsWith("weir: Maven builds Weir, and there is no \"mvn\"");
        assertThat(said.err().lines()).hasSize(1);
    }

    @Test
    void saysInOneSentenceThatNoJdkIsThere() throws Exception {
        maven("");
        forgetSystemFolders();

        Said said = weir(jdk("old", "21.0.4").toString(), "run");

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err()).startsWith("weir: no JDK 25 or newer found");
        assertThat(said.err().lines()).hasSize(1);
        assertThat(builds()).isEmpty();
    }

    @Test
    void testRunsAllTestsOnTheJdkItFoundAndPassesArgumentsOnAndTheExitCodeBack() throws Exception {
        maven("exit 7");
        String jdk = jdk("jdk", "25.0.1").toString();

        Said said = weir(jdk, "test", "-pl", "engine");

        assertThat(said.exitCode()).isEqualTo(7);
        assertThat(builds()).hasSize(1);
        assertThat(builds().getFirst())
                .startsWith(BUILDS + jdk + " " + home + " ")
                .endsWith(" verify -pl engine");
    }

    @Test
    void testFaultsRunsTheFaultTestsAlone() throws Exception {
        maven("exit 7");
        String jdk = jdk("jdk", "25.0.1").toString();

        Said said = weir(jdk, "test", "faults", "-Dtest=StormTest");

        assertThat(said.exitCode()).isEqualTo(7);
        assertThat(builds().getFirst())
                .startsWith(BUILDS + jdk + " " + home + " ")
                .endsWith(" verify -pl engine -am -Dgroups=faults -Dtest=StormTest");
    }

    @Test
    void testSaysWhatItCanRunWithoutRunningIt() throws Exception {
        maven("");
        String jdk = jdk("jdk", "25.0.1").toString();

        Said said = weir(jdk, "test", "--help");

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).startsWith("Usage: ./weir test").contains("./weir test faults");
        assertThat(builds()).isEmpty();
    }

    @Test
    void aBuildIsNotDisturbedByASecondVerbStartedMeanwhile() throws Exception {
        maven("sleep 2\n");
        String jdk = jdk("jdk", "25").toString();
        List<Said> said = new CopyOnWriteArrayList<>();
        List<Thread> verbs = new ArrayList<>();
        for (String verb : List.of("run", "endpoint")) {
            verbs.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            said.add(weir(jdk, verb));
                                        } catch (IOException | InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    }));
        }
        for (Thread verb : verbs) {
            assertThat(verb.join(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(said).hasSize(2).allMatch(each -> each.exitCode() == 0);
        assertThat(builds()).hasSize(1);
        assertThat(said.stream().map(Said::err).filter(err -> err.contains("waiting"))).hasSize(1);
    }

    @Test
    void aLockLeftBehindByAKilledBuildDoesNotBlock() throws Exception {
        maven("");
        // A process that has ended for sure.
        Process ended = new ProcessBuilder(path.resolve("bash").toString(), "-c", "exit").start();
        assertThat(ended.waitFor()).isZero();
        write(home.resolve("target/weir-building/pid"), ended.pid() + "\n");

        Said said = weir(jdk("jdk", "25").toString(), "version");

        assertThat(said.exitCode()).isZero();
        assertThat(builds()).hasSize(1);
    }
}
