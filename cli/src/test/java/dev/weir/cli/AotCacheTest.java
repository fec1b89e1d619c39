package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher with a real JDK and the classes under test; only Maven is a script, which puts jars of them where a build
/// does.
@DisabledOnOs(OS.WINDOWS)
class AotCacheTest {
    private static final String CACHED = "source: shared objects file";

    private record Said(int exitCode, String out, String err) {}

    @TempDir Path directory;
    private Path home;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectories(directory.toRealPath().resolve("a clone"));
        executable(home.resolve("weir"), Files.readString(Path.of("..", "weir")));
        for (String source : new String[] {"cli", "engine", "simulator", "testkit"}) {
            Files.createDirectories(home.resolve(source + "/src/main"));
            Files.createFile(home.resolve(source + "/pom.xml"));
        }
        Files.createFile(home.resolve("pom.xml"));
        Files.createDirectory(home.resolve(".mvn"));
        Path built = Files.createDirectories(directory.resolve("built/lib"));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(part);
            if (Files.isRegularFile(from)) {
                Files.copy(
                        from,
                        built.resolve(from.getFileName()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            } else if (from.endsWith("cli/target/classes")) {
                jar(from, built.resolveSibling("weir-cli-0.1.0.jar"));
            } else if (from.endsWith("classes")) {
                jar(from, built.resolve(from.getName(from.getNameCount() - 3) + ".jar"));
            }
        }
        executable(
                directory.resolve("path/mvn"),
                "#!/bin/bash\nmkdir -p cli/target; cp -r '"
                        + built.getParent()
                        + "'/* cli/target\n");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void jar(Path classes, Path jar) {
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        PrintStream out = System.out;
        int exitCode =
                tool.run(out, out, "-c", "-f", jar.toString(), "-C", classes.toString(), ".");
        assertThat(exitCode).isZero();
    }

    private Said weir(String javaOptions) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(home.resolve("weir").toString(), "version", "--short");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("WEIR_JAVA_OPTS", javaOptions);
        builder.environment()
                .merge(
                        "PATH",
                        directory.resolve("path").toString(),
                        (path, own) -> own + ":" + path);
        Path err = Files.createTempFile(directory, "err", "");
        Process process = builder.redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), out, Files.readString(err));
    }

    /// What the JVM says of the class of the main method when it loads it.
    private String mainClassLoaded(String javaOptions) throws IOException, InterruptedException {
        Path loaded = directory.resolve("loaded");
        Files.deleteIfExists(loaded);
        Said said = weir("-Xlog:class+load:file=" + loaded + " " + javaOptions);
        assertThat(said.exitCode()).as(said.err()).isZero();
        assertThat(said.err()).isEmpty();
        return Files.readAllLines(loaded).stream()
                .filter(line -> line.contains(Main.class.getName() + " "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void startsTakeClassesFromTheCacheAndDoWithoutWhenItDoesNotFit() throws Exception {
        Said first = weir("");
        Path cache = home.resolve("cli/target/weir.aot");
        Path training = home.resolve("target/weir-training.log");

        assertThat(first.exitCode()).isZero();
        assertThat(first.err()).endsWith("Training Weir for quick starts …\n");
        assertThat(cache).as(Files.readString(training)).isNotEmptyFile();
        assertThat(mainClassLoaded("")).contains(CACHED);
        assertThat(mainClassLoaded("-XX:+UseZGC")).doesNotContain(CACHED);
        assertThat(mainClassLoaded("-XX:-UseCompactObjectHeaders")).doesNotContain(CACHED);

        Files.writeString(cache, "not a cache");
        assertThat(mainClassLoaded("")).doesNotContain(CACHED);
        Files.delete(cache);
        assertThat(mainClassLoaded("")).doesNotContain(CACHED);
    }
}
