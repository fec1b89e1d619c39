package dev.weir.admin;

import dev.weir.admin.Operation.Gives;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The dashboard's page and what it is made of: files beside this class, and libraries as they are in their archives on the class
/// path. Nothing is read before a browser asks for it. The files tell nothing of the process, so no token is asked for; what they show
/// comes by the API, for which the page asks for it. Thread-safe.
final class Dashboard {
    private static final String PLACE = "/assets/";

    /// Nothing from elsewhere, no script or style in the page itself, no form that leaves it.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types lit-html";

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    private static final List<String> OWN =
            List.of(
                    "api.js",
                    "app.js",
                    "chart.js",
                    "config.js",
                    "dialog.js",
                    "flow.js",
                    "icon.svg",
                    "live.js",
                    "overview.js",
                    "routes.js",
                    "runtime.js",
                    "services.js",
                    "style.css",
                    "tail.js",
                    "text.js");

    /// By library, the files of it that the page loads.
    private static final Map<String, List<String>> LIBRARIES =
            Map.of(
                    "lit-html",
                    List.of(
                            "lit-html.js",
                            "directive.js",
                            "directive-helpers.js",
                            "directives/repeat.js"),
                    "d3-array",
                    List.of("dist/d3-array.min.js"),
                    "d3-path",
                    List.of("dist/d3-path.min.js"),
                    "d3-sankey",
                    List.of("dist/d3-sankey.min.js"),
                    "d3-shape",
                    List.of("dist/d3-shape.min.js"));

    private final Map<String, byte[]> packed = new ConcurrentHashMap<>();

    List<Operation> all() {
        Gives html = Gives.other("text/html");
        Gives asset = Gives.other("text/javascript", "text/css", "image/svg+xml");
        String what = "What the dashboard is made of. Needs no token.";
        return List.of(
                Operation.get(
                        "/",
                        "The dashboard, for browsers. Needs no token; what it shows does.",
                        html,
                        _ -> own("index.html")),
                asset(PLACE + "{file}", what, asset),
                asset(PLACE + "{library}/{file}", what, asset),
                asset(PLACE + "{library}/{folder}/{file}", what, asset));
    }

    /// Whether a path is the dashboard's.
    static boolean is(String path) {
        return path.equals("/") || path.startsWith(PLACE);
    }

    private Operation asset(String path, String what, Gives gives) {
        Operation found = Operation.get(path, what, gives, this::answer);
        for (String name : List.of("library", "folder", "file")) {
            found = path.contains("{" + name + "}") ? found.with(name, "Part of its name.") : found;
        }
        return found;
    }

    private Answer answer(Call call) throws Refused {
        String file = call.at("file");
        @Nullable String library = call.path().get("library");
        if (library == null) {
            if (!OWN.contains(file)) {
                throw missing();
            }
            return own(file);
        }
        @Nullable String folder = call.path().get("folder");
        String path = folder == null ? file : folder + "/" + file;
        if (!LIBRARIES.getOrDefault(library, List.of()).contains(path)) {
            throw missing();
        }
        return packed(
                "/META-INF/resources/webjars/" + library + "/" + version(library) + "/" + path);
    }

    private static Refused missing() {
        return new Refused(404, "the dashboard has no such file");
    }

    private Answer own(String file) {
        return packed("dashboard/" + file);
    }

    private Answer packed(String resource) {
        String type = TYPES.getOrDefault(resource.substring(resource.lastIndexOf('.') + 1), "");
        byte[] bytes = packed.computeIfAbsent(resource, Dashboard::pack);
        return new Answer.Packed(
                type,
                bytes,
                Map.of("Content-Security-Policy", POLICY, "Referrer-Policy", "no-referrer"));
    }

    /// The archive of a library says its version itself.
    private static String version(String library) {
        Properties about = new Properties();
        try (InputStream in =
                open("/META-INF/maven/org.webjars.npm/" + library + "/pom.properties")) {
            about.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("an archive that can be read", e);
        }
        return about.getProperty("version");
    }

    private static byte[] pack(String resource) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 << 10);
        try (InputStream in = open(resource);
                GZIPOutputStream to = new GZIPOutputStream(bytes)) {
            in.transferTo(to);
        } catch (IOException e) {
            throw new IllegalStateException("an archive that can be read", e);
        }
        return bytes.toByteArray();
    }

    private static InputStream open(String resource) {
        InputStream in = Dashboard.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is not on the class path");
        }
        return in;
    }
}
