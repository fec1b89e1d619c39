package dev.weir.testkit;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A Chromium without a window, driven by Playwright. It is the installed one (Debian: `chromium`); nothing is downloaded. It trusts
/// every certificate. To be used by the thread that started it; whoever uses it has Playwright among its own dependencies.
public final class Chromium implements AutoCloseable {
    /// What to say where [#installed] is false.
    public static final String MISSING =
            "Chromium is not installed (Debian: apt-get install chromium)";

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final double PATIENCE_MILLIS = 20_000;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// Whether there is one on the `PATH`.
    public static boolean installed() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        return NAMES.stream().map(Programs::find).flatMap(Optional::stream).findFirst();
    }

    /// Starts one with a fresh profile.
    ///
    /// @param arguments further ones of its command line
    public static Chromium start(String... arguments) {
        Path program = program().orElseThrow(() -> new IllegalStateException(MISSING));
        Playwright playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser =
                    playwright
                            .chromium()
                            .launch(
                                    new BrowserType.LaunchOptions()
                                            .setExecutablePath(program)
                                            .setHeadless(true)
                                            .setArgs(arguments(arguments)));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /// Playwright's own switch for certificates does not reach WebSockets.
    private static List<String> arguments(String... more) {
        return Stream.concat(Stream.of("--ignore-certificate-errors"), Stream.of(more)).toList();
    }

    /// A page with storage, cache and connections of its own, which says so if something takes 20 seconds.
    public Page page() {
        BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return context.newPage();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
