package dev.weir;

import dev.weir.admin.Steering;
import dev.weir.config.Changes;
import dev.weir.config.ConfigFile;
import dev.weir.config.EffectiveConfig;
import dev.weir.config.Reading;
import dev.weir.config.Sources;
import dev.weir.observe.Events;
import dev.weir.runtime.Clock;
import dev.weir.runtime.Inherited;
import dev.weir.schema.Location;
import dev.weir.schema.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The versions of the configuration that were in force, and how the next one comes: the file is read again, somebody sends a text, or
/// an earlier version is taken again. What somebody sends is written to the file, so that the file is what runs.
///
/// Kept are the last [#MOST] texts of the main file; what a text includes is read when it is put in force. Each change says a line:
///
/// ```
/// configuration  version 3 is in force (weir.yaml, by HUP), 12 ms: 2 routes changed
/// configuration  not changed: weir.yaml has 1 problem (by HUP)
/// ```
///
/// Thread-safe; changes come one at a time, and who asks what is in force waits for none.
final class Versions implements Steering {
    private static final int MOST = 50;

    /// And no more of them than these many characters, the one in force apart.
    private static final int MOST_CHARACTERS = 16 << 20;

    private static final int TAG_BYTES = 8;

    private final Changeover changeover;
    private final WeirOptions options;
    private final Clock clock;
    private volatile List<Version> history = List.of();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private volatile Optional<Outcome.Refused> refused = Optional.empty();

    /// The files that were read last, and those that were before where a mistake may hide what is included.
    private volatile Sources sources = Sources.NONE;

    /// What Java code has said, by the numbers of its versions: their texts may not hold all of it.
    private final Map<Long, WeirConfig> said = new HashMap<>();

    /// The main file's bytes as they were last read or written; empty if they were not.
    private Optional<String> seen = Optional.empty();

    Versions(Changeover changeover, WeirOptions options, Clock clock) {
        this.changeover = changeover;
        this.options = options;
        this.clock = clock;
    }

    /// Notes what Java code has said, written as a file.
    synchronized void said(WeirConfig config) {
        note(EffectiveConfig.changed(config), "Java code");
        said.put(current().number(), config);
        said.keySet().retainAll(history.stream().map(Version::number).toList());
    }

    /// Notes the first version, as it was read.
    synchronized void read(Reading.Loaded loaded) {
        sources = loaded.sources();
        seen = onDisk();
        Optional<String> text =
                options.file()
                        .map(file -> loaded.sources().text(file.toString()))
                        .filter(found -> !found.isEmpty());
        if (text.isPresent()) {
            note(text.get(), name());
        } else {
            said(loaded.config());
        }
    }

    /// What the configuration was last read from, successfully or not.
    Sources sources() {
        return sources;
    }

    @Override
    public Version current() {
        return history.getFirst();
    }

    @Override
    public List<Version> history() {
        return history;
    }

    @Override
    public List<Outcome.Refused> lastRefused() {
        return refused.stream().toList();
    }

    @Override
    public Outcome validate(String text) {
        return switch (read(text)) {
            case Reading.Loaded loaded -> new Outcome.Done(current(), loaded.warnings());
            case Reading.Refused wrong -> refused("a text", wrong.problems(), wrong.sources());
        };
    }

    private Reading read(String text) {
        return ConfigFile.read(name(), text, options.directory(), System::getenv);
    }

    /// As problems call it.
    private String name() {
        return options.file().map(Path::toString).orElse("weir.yaml");
    }

    @Override
    public synchronized Outcome apply(String text, String etag, String by) {
        if (!etag.equals(current().etag())) {
            return new Outcome.Stale(current());
        }
        if (editedUnseen()) {
            return refused("a text", List.of(edited()), Sources.NONE);
        }
        if (lacks(current())) {
            return refused("a text", List.of(ofJava()), Sources.NONE);
        }
        return changing(() -> take(read(text), text, "sent", by, true));
    }

    @Override
    public synchronized Outcome rollback(long number, String by) {
        if (editedUnseen()) {
            return refused("version " + number, List.of(edited()), Sources.NONE);
        }
        for (Version version : history) {
            if (version.number() == number && lacks(version)) {
                return refused("version " + number, List.of(ofJava()), Sources.NONE);
            }
            if (version.number() == number) {
                String source = "version " + number + " again";
                return changing(() -> take(read(version.text()), version.text(), source, by, true));
            }
        }
        return refused(
                "version " + number,
                List.of(new Problem(Location.NOWHERE, "", "it is not kept any more", null, 1)),
                Sources.NONE);
    }

    @Override
    public synchronized Outcome reload(String by) {
        if (options.file().isEmpty()) {
            Problem none =
                    new Problem(
                            Location.NOWHERE,
                            "",
                            "this gateway was started without a file",
                            null,
                            1);
            return notChanged(refused("no file", List.of(none), Sources.NONE), by);
        }
        return changing(() -> reload(options.file().get(), by));
    }

    private Outcome reload(Path file, String by) {
        seen = onDisk();
        Reading reading = ConfigFile.read(file, System::getenv);
        sources =
                reading instanceof Reading.Refused
                        ? reading.sources().and(sources)
                        : reading.sources();
        return take(reading, reading.sources().text(file.toString()), file.toString(), by, false);
    }

    /// Whoever supervises the process hears of every change, whoever wants it.
    private Outcome changing(Supplier<Outcome> change) {
        options.reloads().begins();
        try {
            return change.get();
        } finally {
            options.reloads().ended(changeover.now().config(), refused.isPresent());
        }
    }

    /// Reads the file again soon. Of many wishes that come while it is read, one is heeded after it.
    ///
    /// @param by who wishes it
    void reloadSoon(String by) {
        if (!wanted.getAndSet(true)) {
            Thread.ofVirtual()
                    .name("weir-reload")
                    .start(
                            () -> {
                                synchronized (this) {
                                    // Who comes from now on may have changed the file again.
                                    wanted.set(false);
                                    reload(by);
                                }
                            });
        }
    }

    private Outcome take(Reading reading, String text, String source, String by, boolean write) {
        return switch (reading) {
            case Reading.Refused wrong ->
                    notChanged(refused(source, wrong.problems(), wrong.sources()), by);
            case Reading.Loaded loaded -> put(loaded, text, source, by, write);
        };
    }

    private Outcome put(
            Reading.Loaded loaded, String text, String source, String by, boolean write) {
        long began = clock.nanos();
        WeirConfig before = changeover.now().config();
        try {
            changeover.to(loaded.config(), loaded.origins(), List.of(), Inherited.NONE, () -> {});
        } catch (InvalidConfiguration e) {
            return notChanged(refused(source, e.problems(), loaded.sources()), by);
        } catch (IOException e) {
            Problem bind =
                    new Problem(
                            Location.NOWHERE, "listeners", String.valueOf(e.getMessage()), null, 1);
            return notChanged(refused(source, List.of(bind), loaded.sources()), by);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Problem stopped = new Problem(Location.NOWHERE, "", "interrupted", null, 1);
            return notChanged(refused(source, List.of(stopped), loaded.sources()), by);
        }
        refused = Optional.empty();
        List<Problem> warnings = new ArrayList<>(loaded.warnings());
        if (!text.equals(current().text())) {
            note(text, source + ", by " + by);
        }
        if (write) {
            write(text).ifPresentOrElse(warnings::add, () -> sources = loaded.sources());
        }
        if (!before.admin().equals(loaded.config().admin())) {
            warnings.add(
                    new Problem(
                            loaded.origins().at("admin"),
                            "admin",
                            "the admin API stays as it was until Weir starts again",
                            null,
                            1));
        }
        say(source, by, clock.nanos() - began, Changes.between(before, loaded.config()));
        warnings.forEach(one -> options.events().say("configuration  " + shown(one)));
        return new Outcome.Done(current(), warnings);
    }

    private void say(String source, String by, long nanos, Changes changes) {
        options.events()
                .say(
                        "configuration  version %d is in force (%s, by %s), %d ms: %s"
                                .formatted(
                                        current().number(),
                                        source,
                                        by,
                                        Duration.ofNanos(nanos).toMillis(),
                                        changes.summary()));
    }

    private static String shown(Problem problem) {
        Location at = problem.at();
        String where = at.line() == 0 ? "" : at + "  ";
        String path = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return where + path + problem.message();
    }

    private void note(String text, String source) {
        long number = history.isEmpty() ? 1 : current().number() + 1;
        List<Version> next = new ArrayList<>();
        next.add(new Version(number, tag(text), text, now(), source));
        int characters = 0;
        for (Version version : history) {
            characters += version.text().length();
            if (next.size() == MOST || characters > MOST_CHARACTERS) {
                break;
            }
            next.add(version);
        }
        history = List.copyOf(next);
    }

    /// Whether the file, which is to be overwritten, holds what nobody has had read yet.
    private boolean editedUnseen() {
        Optional<String> now = onDisk();
        return seen.isPresent() && now.isPresent() && !seen.equals(now);
    }

    /// Whether a version's text is less than what Java code has said: a filter of its own has no name there, and secrets are hidden.
    private boolean lacks(Version version) {
        WeirConfig config = said.get(version.number());
        return config != null
                && !(read(version.text()) instanceof Reading.Loaded loaded
                        && loaded.config().equals(config));
    }

    private static Problem ofJava() {
        return new Problem(
                Location.NOWHERE,
                "",
                "what Java code has said holds more than its text: a filter of its own, or a secret. It has to be changed there",
                null,
                1);
    }

    private Problem edited() {
        return new Problem(
                Location.NOWHERE,
                "",
                name()
                        + " was edited since it was read, and would be overwritten: reload it first, or undo that edit",
                null,
                1);
    }

    /// What the main file holds now; empty if there is none, or it cannot be read.
    private Optional<String> onDisk() {
        if (options.file().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(tag(Files.readAllBytes(options.file().get())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private Outcome.Refused refused(String source, List<Problem> problems, Sources sources) {
        return new Outcome.Refused(now(), source, problems, sources);
    }

    private Outcome notChanged(Outcome.Refused why, String by) {
        refused = Optional.of(why);
        Events events = options.events();
        int count = why.problems().size();
        events.say(
                "configuration  not changed: %s has %s (by %s)"
                        .formatted(
                                why.source(), count == 1 ? "1 problem" : count + " problems", by));
        why.problems().forEach(one -> events.say("configuration  " + shown(one)));
        return why;
    }

    /// Writes a text that is in force to the file, in one step, as its owner and with its permissions as far as the process may.
    ///
    /// @return what went wrong
    private Optional<Problem> write(String text) {
        if (options.file().isEmpty()) {
            return Optional.empty();
        }
        Path file = options.file().get().toAbsolutePath();
        try {
            // What a link points at is what is to be changed.
            Path real = file.toRealPath();
            Path next = Files.createTempFile(real.getParent(), "." + real.getFileName(), ".next");
            try {
                Files.writeString(next, text);
                asBefore(real, next);
                move(next, real);
                seen = Optional.of(tag(text));
            } finally {
                Files.deleteIfExists(next);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    new Problem(
                            Location.NOWHERE,
                            "",
                            "it is in force, but was not written to "
                                    + file
                                    + ", which the next start reads: "
                                    + e,
                            null,
                            1));
        }
    }

    private static void asBefore(Path real, Path next) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(next, PosixFileAttributeView.class);
        if (view != null) {
            PosixFileAttributes was = Files.readAttributes(real, PosixFileAttributes.class);
            view.setPermissions(was.permissions());
            if (!was.owner().equals(view.getOwner())) {
                view.setOwner(was.owner());
            }
        }
    }

    private static void move(Path next, Path real) throws IOException {
        try {
            Files.move(
                    next,
                    real,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(next, real, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String tag(String text) {
        return tag(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
