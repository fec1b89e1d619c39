package dev.weir.config;

import dev.weir.DryRun;
import dev.weir.InvalidConfiguration;
import dev.weir.WeirConfig;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterKinds;
import dev.weir.route.RouteConfig;
import dev.weir.schema.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// From a file, a text or Java to a configuration that is known to fit together, or to all of its problems at once.
/// Reads files, so it is not for event loops. Thread-safe.
public final class ConfigFile {
    private ConfigFile() {}

    /// Reads a file and those it includes, and runs its tests: what this loads may be started.
    ///
    /// @param environment the value of a variable, or null if it is not set: `System::getenv`
    public static Reading read(Path file, UnaryOperator<@Nullable String> environment) {
        return tested(readUntested(file, environment));
    }

    /// Reads a file and those it includes, and does not run its tests: for looking at a configuration whose tests may fail.
    ///
    /// @param environment the value of a variable, or null if it is not set: `System::getenv`
    public static Reading readUntested(Path file, UnaryOperator<@Nullable String> environment) {
        Findings findings = new Findings();
        Documents documents = new Documents(environment, findings);
        Value.Entries root = documents.file(file.toString(), file);
        Path folder = file.toAbsolutePath().getParent();
        return result(
                root,
                findings,
                documents.sources(),
                folder == null ? file.toAbsolutePath() : folder);
    }

    /// Reads a text, and runs its tests.
    ///
    /// @param name what problems call it
    /// @param directory where relative names in it start
    public static Reading read(
            String name, String text, Path directory, UnaryOperator<@Nullable String> environment) {
        Findings findings = new Findings();
        Documents documents = new Documents(environment, findings);
        Path itself = directory.resolve(name).toAbsolutePath().normalize();
        Value.Entries root =
                documents.text(
                        name,
                        text.replace("\r\n", "\n").replace('\r', '\n'),
                        directory.toAbsolutePath(),
                        List.of(itself));
        return tested(result(root, findings, documents.sources(), directory.toAbsolutePath()));
    }

    private static Reading tested(Reading reading) {
        if (!(reading instanceof Reading.Loaded loaded) || loaded.config().tests().isEmpty()) {
            return reading;
        }
        Findings findings = new Findings();
        try (DryRun dry = DryRun.of(loaded)) {
            new TestRuns(loaded, dry.trial(), findings).run();
        } catch (InvalidConfiguration e) {
            return new Reading.Refused(e.problems(), loaded.sources());
        }
        return findings.none()
                ? reading
                : new Reading.Refused(findings.problems(), loaded.sources());
    }

    /// Looks for mistakes in a configuration that was said in Java, by the same rules as in a file; empty if there are
    /// none. Filters of kinds that a file could not name are not looked at, and tests are not run.
    public static List<Problem> validate(WeirConfig config) {
        Findings findings = new Findings();
        read(Shapes.CONFIG.write(nameable(config), Detail.CHANGED), findings);
        return findings.problems();
    }

    private static Reading result(
            Value.@Nullable Entries root, Findings findings, Sources sources, Path directory) {
        WeirConfig config = root == null ? null : read(root, findings);
        if (config != null && findings.none()) {
            new Rehearsal(findings, directory).run(config);
        }
        return config == null || !findings.none()
                ? new Reading.Refused(findings.problems(), sources)
                : new Reading.Loaded(
                        config, findings.origins(), findings.warnings(), directory, sources);
    }

    private static @Nullable WeirConfig read(Value root, Findings findings) {
        WeirConfig config = Shapes.CONFIG.read(root, Place.top(findings));
        if (config != null && root instanceof Value.Entries entries) {
            new Checks(config, entries, findings).run();
        }
        return config;
    }

    /// The same without filters that only Java can name.
    static WeirConfig nameable(WeirConfig config) {
        return config.withRoutes(
                config.routes().stream()
                        .map(
                                route ->
                                        route.withFilters(
                                                route.filters().stream()
                                                        .filter(
                                                                filter ->
                                                                        FilterKinds.ALL.contains(
                                                                                filter.getClass()))
                                                        .toArray(FilterConfig[]::new)))
                        .toArray(RouteConfig[]::new));
    }
}
