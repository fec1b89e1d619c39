package dev.weir.admin;

import dev.weir.admin.Operation.Gives;
import dev.weir.admin.Operation.Takes;
import dev.weir.admin.Operation.Verb;
import dev.weir.config.EffectiveConfig;
import dev.weir.config.ProblemReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The operations that read and change the configuration. Thread-safe.
final class ConfigOperations {
    private static final String YAML = "application/yaml";
    private static final int PRECONDITION_REQUIRED = 428;

    private final Gateway gateway;

    ConfigOperations(Gateway gateway) {
        this.gateway = gateway;
    }

    List<Operation> all() {
        return List.of(
                Operation.get(
                        "/api/v1/config",
                        "The text of the configuration file in force, with its entity tag.",
                        Gives.other(YAML),
                        this::text),
                Operation.get(
                        "/api/v1/config/effective",
                        "What is in force with every default, and behind each value where it comes from. Secrets are hidden.",
                        Gives.other(YAML),
                        this::effective),
                Operation.change(
                                Verb.PUT,
                                "/api/v1/config",
                                "Puts another text in force and writes it to the file, if it has no mistakes.",
                                Takes.CONFIG,
                                Gives.one(Resource.ConfigResult.class),
                                this::put)
                        .forWhoHasSeen(
                                "the text that was changed. 428 without it; 412 if the text in force is another by now.",
                                true),
                Operation.get(
                        "/api/v1/config/history",
                        "The versions that can be gone back to, the newest first.",
                        Gives.many(Resource.ConfigVersion.class),
                        this::history),
                Operation.get(
                                "/api/v1/config/history/{version}",
                                "The text of a version that can be gone back to, with its entity tag.",
                                Gives.other(YAML),
                                this::earlier)
                        .with("version", "Its number, as in /api/v1/config/history."),
                Operation.change(
                        Verb.POST,
                        "/api/v1/config/validate",
                        "Looks for mistakes in a text, and changes nothing.",
                        Takes.CONFIG,
                        Gives.one(Resource.ConfigResult.class),
                        call -> result(steering().validate(sent(call)))),
                Operation.change(
                        Verb.POST,
                        "/api/v1/config/reload",
                        "Reads the file again and puts it in force, if it has no mistakes.",
                        Takes.NOTHING,
                        Gives.one(Resource.ConfigResult.class),
                        call -> result(changing().reload(call.by()))),
                Operation.change(
                        Verb.POST,
                        "/api/v1/config/rollback",
                        "Puts an earlier version in force.",
                        Takes.json(Resource.Rollback.class),
                        Gives.one(Resource.ConfigResult.class),
                        this::rollback));
    }

    private Steering steering() throws Refused {
        return gateway.steering()
                .orElseThrow(
                        () ->
                                new Refused(
                                        409,
                                        "this gateway was started without a file: its configuration is changed where it was said"));
    }

    private Steering changing() throws Refused {
        Operations.refuseWhileReplaced(gateway);
        return steering();
    }

    private Answer text(Call call) throws Refused {
        return text(steering().current());
    }

    private Answer earlier(Call call) throws Refused {
        String number = call.at("version");
        for (Steering.Version version : steering().history()) {
            if (number.equals(Long.toString(version.number()))) {
                return text(version);
            }
        }
        throw new Refused(404, "version " + number + " is not kept; see /api/v1/config/history");
    }

    private static Answer text(Steering.Version version) {
        return new Answer.Bytes(
                200,
                YAML,
                version.text().getBytes(StandardCharsets.UTF_8),
                Map.of("ETag", quoted(version.etag())));
    }

    private Answer effective(Call call) {
        Gateway.Setup setup = gateway.setup();
        return Answer.text(200, YAML, EffectiveConfig.sourced(setup.config(), setup.origins()));
    }

    private Answer put(Call call) throws Refused {
        Steering steering = changing();
        if (call.ifMatch().isEmpty()) {
            throw new Refused(
                    PRECONDITION_REQUIRED,
                    "say which text you have changed: If-Match with the ETag of GET /api/v1/config");
        }
        String etag = steering.current().etag();
        call.expects(etag);
        return result(steering.apply(sent(call), etag, call.by()));
    }

    private Answer history(Call call) throws Refused {
        Steering steering = steering();
        long current = steering.current().number();
        return Answer.json(
                steering.history().stream()
                        .map(
                                version ->
                                        new Resource.ConfigVersion(
                                                version.number(),
                                                version.etag(),
                                                version.since(),
                                                version.source(),
                                                version.number() == current))
                        .toList());
    }

    private Answer rollback(Call call) throws Refused {
        Steering steering = changing();
        List<Steering.Version> history = steering.history();
        long current = steering.current().number();
        long before =
                history.stream()
                        .mapToLong(Steering.Version::number)
                        .filter(number -> number < current)
                        .max()
                        .orElse(0);
        long wanted = ((Resource.Rollback) call.body()).version().orElse(before);
        if (history.stream().noneMatch(version -> version.number() == wanted)) {
            throw new Refused(
                    409,
                    wanted == 0
                            ? "there is no earlier version"
                            : "version " + wanted + " is not kept; see /api/v1/config/history");
        }
        return result(steering.rollback(wanted, call.by()));
    }

    private static String sent(Call call) {
        return (String) call.body();
    }

    private static Answer result(Steering.Outcome outcome) throws Refused {
        return switch (outcome) {
            case Steering.Outcome.Done done ->
                    new Answer.Json(
                            200,
                            new Resource.ConfigResult(
                                    done.version().number(),
                                    done.warnings().stream().map(Router::shown).toList()),
                            Map.of("ETag", quoted(done.version().etag())));
            case Steering.Outcome.Stale stale ->
                    throw new Refused(412, "somebody else has just changed it. Read it again")
                            .with("ETag", quoted(stale.now().etag()));
            case Steering.Outcome.Refused refused ->
                    throw new Refused(
                            422,
                            (refused.problems().size() == 1
                                            ? "1 problem"
                                            : refused.problems().size() + " problems")
                                    + "; the running configuration was not changed.",
                            refused.problems(),
                            new ProblemReport(refused.sources(), false)
                                    .render(refused.problems(), "nothing was changed."));
        };
    }

    private static String quoted(String etag) {
        return "\"" + etag + "\"";
    }
}
