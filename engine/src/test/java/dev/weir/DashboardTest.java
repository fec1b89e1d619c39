package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.weir.testkit.Behaviours;
import dev.weir.testkit.Chromium;
import dev.weir.testkit.RawClient;
import dev.weir.testkit.ScriptedEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The dashboard in a real browser, where one is installed.
class DashboardTest {
    private static final List<String> VIEWS =
            List.of("overview", "routes", "services", "live", "config", "runtime");

    private static final Locator.FilterOptions ABOUT_ENDPOINTS =
            new Locator.FilterOptions().setHasText("Endpoint");
    private static final int PATIENCE_MILLIS = 20_000;

    private static Chromium chromium;
    private ScriptedEndpoint first;
    private ScriptedEndpoint second;
    private Gate gate;
    private Page page;
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startBrowser() {
        assumeTrue(Chromium.installed(), Chromium.MISSING);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        chromium = Chromium.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        first = ScriptedEndpoint.start(Behaviours.ok("a"));
        second = ScriptedEndpoint.start(Behaviours.ok("b"));
        gate = AdminClient.open(yaml());
        page = chromium.page();
        // Kept, because the page still asks when the gateway has gone.
        String here = url();
        page.onConsoleMessage(message -> wrong.add(message.type() + ": " + message.text()));
        page.onPageError(error -> wrong.add("error: " + error));
        page.onRequest(
                request -> {
                    if (!request.url().startsWith(here)) {
                        wrong.add("asks elsewhere: " + request.url());
                    }
                });
    }

    @AfterEach
    void stop() {
        if (page != null) {
            page.context().close();
        }
        if (gate != null) {
            gate.close();
        }
        if (first != null) {
            first.close();
            second.close();
        }
    }

    private String yaml() {
        return """
               routes: [{ name: all, to: app }]
               services:
                 app: { endpoints: [%s, %s], health: { protocol: tcp, every: 50ms } }
               """
                .formatted(first.address(), second.address());
    }

    private String url() {
        return "http://127.0.0.1:" + AdminClient.of(gate).port() + "/";
    }

    private void open(String view) {
        page.navigate(url() + "#" + view);
        PlaywrightAssertions.assertThat(page.locator("header .state.good")).isVisible();
        PlaywrightAssertions.assertThat(page.locator("main .panel").first()).isVisible();
    }

    private Locator row(ScriptedEndpoint endpoint) {
        return page.locator("[data-endpoint='" + endpoint.address() + "']");
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    @Test
    void showsEveryViewWithoutAnErrorAndAsksNobodyElse() {
        for (String view : VIEWS) {
            open(view);
            PlaywrightAssertions.assertThat(page.locator("header nav [aria-current=page]"))
                    .hasText(view.substring(0, 1).toUpperCase() + view.substring(1));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void takesLessThan100KilobytesOverTheWire() throws IOException {
        List<String> assets = new CopyOnWriteArrayList<>();
        page.onRequest(request -> assets.add(request.url().substring(url().length() - 1)));
        open("overview");
        int bytes = 0;
        for (String asset : assets) {
            if (!asset.startsWith("/api/")) {
                var answer = AdminClient.of(gate).get(asset, "Accept-Encoding: gzip");
                assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
                bytes += answer.body().length;
            }
        }
        assertThat(assets).contains("/", "/assets/app.js", "/assets/style.css");
        assertThat(bytes).isBetween(20_000, 100_000);
    }

    @Test
    void showsAnEndpointThatGoesDown() {
        open("overview");
        Locator attention = page.locator(".attention li.warning").filter(ABOUT_ENDPOINTS);
        PlaywrightAssertions.assertThat(attention).hasCount(0);
        second.close();
        PlaywrightAssertions.assertThat(attention).containsText("Endpoint down");
        PlaywrightAssertions.assertThat(attention).containsText("app/" + second.address());
        PlaywrightAssertions.assertThat(attention).containsText("connect refused");
        PlaywrightAssertions.assertThat(page.locator(".lately li").first())
                .containsText("down  connect refused");

        attention.locator("a").click();
        PlaywrightAssertions.assertThat(row(second).locator(".pill")).hasText("down");
        PlaywrightAssertions.assertThat(row(first).locator(".pill")).hasText("up");
    }

    @Test
    void drainsAnEndpointByKeyboard() {
        open("overview");
        page.keyboard().press("3");
        row(first).focus();
        page.keyboard().press("d");
        PlaywrightAssertions.assertThat(page.locator("#dialog"))
                .containsText("1 other endpoint of the service can be used");
        page.keyboard().press("Enter");
        PlaywrightAssertions.assertThat(row(first).locator(".pill")).hasText("draining");
        assertThat(row(first).evaluate("row => document.activeElement === row")).isEqualTo(true);
        assertThat(gate.events()).anyMatch(line -> line.contains("draining"));

        page.keyboard().press("r");
        PlaywrightAssertions.assertThat(page.locator("#dialog")).isVisible();
        page.keyboard().press("Escape");
        PlaywrightAssertions.assertThat(page.locator("#dialog")).isHidden();
        PlaywrightAssertions.assertThat(row(first).locator(".pill")).hasText("draining");
        PlaywrightAssertions.assertThat(row(first)).isFocused();
        page.keyboard().press("r");
        PlaywrightAssertions.assertThat(page.locator("#dialog")).isVisible();
        page.keyboard().press("Enter");
        PlaywrightAssertions.assertThat(row(first).locator(".pill")).hasText("up");
    }

    @Test
    void warnsBeforeTheLastEndpointIsTakenOut() {
        second.close();
        open("services");
        PlaywrightAssertions.assertThat(row(second).locator(".pill")).hasText("down");
        button("Down " + first.address()).click();
        PlaywrightAssertions.assertThat(page.locator("#dialog")).containsText("answered 503");
        button("Cancel").click();
        PlaywrightAssertions.assertThat(row(first).locator(".pill")).hasText("up");
    }

    @Test
    void reachesEveryControlByTabAndShowsWhereTheFocusIs() {
        open("services");
        page.keyboard().press("Tab");
        PlaywrightAssertions.assertThat(page.getByText("Skip to the content")).isFocused();
        int controls = page.locator("a, button:enabled, input, [tabindex='0']").count();
        for (int i = 1; i < controls; i++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle"))
                    .isEqualTo("solid");
        }
        PlaywrightAssertions.assertThat(button("Down " + second.address())).isFocused();
    }

    @Test
    void hasNoHorizontalScrollingAtTheWidthOfAPhone() {
        page.setViewportSize(390, 844);
        for (String view : VIEWS) {
            open(view);
            assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
                    .as(view)
                    .isEqualTo(390);
        }
    }

    @Test
    void isAccessibleInTheDarkAndInTheLight() throws IOException {
        String axe = axe();
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (String view : VIEWS) {
                open(view);
                page.evaluate(axe);
                assertThat(violations()).as(view + ", " + scheme).isEmpty();
            }
        }
    }

    private List<?> violations() {
        return (List<?>)
                page.evaluate(
                        """
                        async () => (await axe.run()).violations
                            .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                            .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' '))\
                        """);
    }

    private static String axe() throws IOException {
        try (InputStream in =
                DashboardTest.class.getResourceAsStream(
                        "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void keepsTheThemeThatIsChosen() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        open("overview");
        String ground = "() => getComputedStyle(document.body).backgroundColor";
        assertThat(page.evaluate(ground)).isEqualTo("rgb(243, 246, 248)");
        page.keyboard().press("t");
        assertThat(page.evaluate(ground)).isEqualTo("rgb(10, 14, 19)");
        page.reload();
        assertThat(page.evaluate(ground)).isEqualTo("rgb(10, 14, 19)");
    }

    @Test
    void asksForTheTokenAndKeepsItForTheTabAlone() throws Exception {
        String admin = "weir: 1\nadmin: { listen: 127.0.0.1:0, socket: off, token: not-for-all }\n";
        try (Gate locked =
                Gate.openWith(admin + "listeners: { web: \"127.0.0.1:0\" }\n" + yaml())) {
            page.navigate("http://127.0.0.1:" + AdminClient.of(locked).port() + "/");
            Locator field = page.getByLabel("The token of");
            field.fill("guessed");
            field.press("Enter");
            PlaywrightAssertions.assertThat(page.locator("#dialog"))
                    .containsText("That was not the token");
            field.fill("not-for-all");
            field.press("Enter");
            PlaywrightAssertions.assertThat(page.locator(".attention")).isVisible();
            assertThat(page.evaluate("() => Object.values(sessionStorage)"))
                    .isEqualTo(List.of("not-for-all"));
            assertThat(page.evaluate("() => JSON.stringify(localStorage) + document.cookie"))
                    .isEqualTo("{}");
        }
    }

    @Test
    void saysSoWhenTheGatewayHasGone() {
        open("overview");
        gate.close();
        PlaywrightAssertions.assertThat(page.getByRole(AriaRole.ALERT))
                .containsText("No connection to the gateway");
        assertThat(page.locator("header .state").textContent()).contains("lost");
    }

    @Test
    void countsRequestsAndShowsThePastToWhomeverOpensIt() throws Exception {
        AdminClient admin = AdminClient.of(gate);
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .until(
                        () -> {
                            try (RawClient client = RawClient.connect(gate.port())) {
                                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                        .readResponse("GET");
                            }
                            var past = admin.json("/api/v1/history").at("/series/route~1all/rate");
                            return past.isArray() && past.get(past.size() - 1).asDouble() > 0;
                        });
        open("services");
        PlaywrightAssertions.assertThat(page.locator(".service .figures dd").first())
                .containsText(Pattern.compile("[0-9.]+/s"));
        assertThat(page.locator(".endpoints tbody tr").count()).isEqualTo(2);
    }

    @Test
    void showsWhatBalancingGoesByBesideEachEndpoint() {
        open("services");
        Locator head = page.locator(".endpoints th").getByText("Score");
        PlaywrightAssertions.assertThat(head)
                .hasAttribute("title", Pattern.compile("the fewest requests in flight"));
        Locator score = row(first).locator("[data-label^=Score]");
        PlaywrightAssertions.assertThat(score).hasText(Pattern.compile("0\\.00\\s+50 %"));
        PlaywrightAssertions.assertThat(score).hasAttribute("title", "idle");

        button("Drain " + first.address()).click();
        button("Drain it").click();
        PlaywrightAssertions.assertThat(score).hasText("–");
        PlaywrightAssertions.assertThat(row(second).locator("[data-label^=Score]"))
                .containsText("100 %");
    }

    @Test
    void showsConnectionsThatArePassedOnInTheFlow() throws Exception {
        try (TcpEndpoint endpoint = TcpEndpoint.echo();
                Gate both =
                        Gate.openWith(
                                "weir: 1\n"
                                        + AdminClient.ANYWHERE
                                        + """
                                        listeners: { web: "127.0.0.1:0", db: { listen: "127.0.0.1:0", tcp: mail } }
                                        routes: [{ name: all, to: app }]
                                        services: { app: { endpoints: [%s] }, mail: { endpoints: [%s] } }
                                        """
                                                .formatted(first.address(), endpoint.address()))) {
            page.navigate("http://127.0.0.1:" + AdminClient.of(both).port() + "/");
            Locator ways = page.locator(".flow .link title");
            String way = "db → mail: [0-9.]+ connections a second, 0 % errors";
            await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                    .until(
                            () -> {
                                try (RawClient client = RawClient.connect(both.weir().port("db"))) {
                                    client.send("a").readBytes(1);
                                }
                                return ways.allTextContents().stream()
                                        .anyMatch(
                                                text ->
                                                        text.matches(way)
                                                                && !text.contains(": 0 "));
                            });
            assertThat(ways.allTextContents())
                    .anyMatch(text -> text.startsWith("all → app: 0 requests"))
                    .anyMatch(text -> text.matches("mail → .*connections a second.*"));
            assertThat(page.locator(".flow .node").count()).isEqualTo(7);
        }
    }

    private void ask(String path) throws IOException {
        try (RawClient client = RawClient.connect(gate.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readResponse("GET");
        }
    }

    @Test
    void showsRequestsAsTheyEndAndOnlyThoseThatAreAskedFor() throws Exception {
        open("live");
        Locator requests = page.locator(".requests li");
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .until(
                        () -> {
                            ask("/shop/7");
                            return requests.count() > 0;
                        });
        PlaywrightAssertions.assertThat(requests.first()).containsText("GET a/shop/7");
        PlaywrightAssertions.assertThat(requests.first()).containsText("200");
        requests.first().locator("button").click();
        PlaywrightAssertions.assertThat(requests.first().locator(".detail"))
                .containsText("ended by endpoint");
        Locator waterfall = requests.first().locator(".waterfall");
        assertThat(waterfall.getAttribute("aria-label"))
                .contains("endpoint from ", "head, answer from ");
        assertThat(waterfall.locator("rect").first().isVisible()).isTrue();
        assertThat(button("Go on").isVisible()).isTrue();
        page.evaluate(axe());
        assertThat(violations()).isEmpty();

        page.getByLabel("Status").fill("5xx");
        page.getByLabel("Status").press("Enter");
        PlaywrightAssertions.assertThat(requests).hasCount(0);
        first.close();
        second.close();
        await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                .until(
                        () -> {
                            ask("/shop/8");
                            return requests.count() > 0;
                        });
        PlaywrightAssertions.assertThat(requests.first()).containsText("50");

        page.getByText("Failed and slow").click();
        page.getByLabel("Kept requests").locator(".row").first().click();
        PlaywrightAssertions.assertThat(page.locator(".waterfall rect").first()).isVisible();
        PlaywrightAssertions.assertThat(page.locator(".detail")).containsText("ended by");
    }

    @Test
    void explainsWhereARequestWouldGo() {
        open("routes");
        page.getByLabel("URL").fill("http://127.0.0.1:" + gate.port() + "/shop/7");
        button("Explain").click();
        PlaywrightAssertions.assertThat(page.locator("pre.answer"))
                .containsText("→ route all › service app");
    }

    @Test
    void aChangeByOthersTakesNothingAwayThatIsBegunWhileThePageReadsIt() throws Exception {
        open("config");
        Locator draft = page.getByLabel("Text of the configuration");
        String text = draft.inputValue();
        page.evaluate(
                """
                () => {
                  const real = window.fetch;
                  window.reads = 0;
                  window.fetch = async (url, how) => {
                    const answer = await real(url, how);
                    if (String(url).endsWith('api/v1/config')) {
                      window.reads++;
                      await new Promise((then) => setTimeout(then, 700));
                    }
                    return answer;
                  };
                }
                """);
        AdminClient others = AdminClient.of(gate);
        String etag = String.valueOf(others.get("/api/v1/config").header("ETag"));
        assertThat(
                        others.send(
                                        "PUT",
                                        "/api/v1/config",
                                        text.replace("50ms", "70ms"),
                                        "Content-Type: application/yaml",
                                        "If-Match: " + etag)
                                .status())
                .isEqualTo(200);
        for (int wait = 0;
                wait < PATIENCE_MILLIS && !page.evaluate("() => window.reads").equals(1);
                wait += 20) {
            page.waitForTimeout(20);
        }
        draft.fill("mine");
        page.waitForTimeout(1_000);

        PlaywrightAssertions.assertThat(draft).hasValue("mine");
        PlaywrightAssertions.assertThat(page.locator(".banner")).containsText("in force by now");
    }

    @Test
    void showsAMistakeInTheConfigurationWithItsLineAndPutsAGoodOneInForce() {
        open("config");
        Locator draft = page.getByLabel("Text of the configuration");
        String text = draft.inputValue();
        draft.fill(text.replace("50ms", "50mm"));
        PlaywrightAssertions.assertThat(page.locator(".diff .added")).containsText("50mm");
        button("Apply").click();
        button("Put in force").click();
        PlaywrightAssertions.assertThat(page.locator(".result")).containsText("1 problem");
        PlaywrightAssertions.assertThat(page.locator(".result")).containsText("unknown unit");
        page.locator(".result button").first().click();
        PlaywrightAssertions.assertThat(draft).isFocused();
        assertThat(draft.evaluate("area => area.value.slice(area.selectionStart).split('\\n')[0]"))
                .asString()
                .contains("50mm");

        draft.fill(text.replace("50ms", "70ms"));
        button("Apply").click();
        button("Put in force").click();
        PlaywrightAssertions.assertThat(page.locator(".result")).containsText("is in force");
        assertThat(gate.weir().config().services().get("app").health().orElseThrow().every())
                .isEqualTo(Duration.ofMillis(70));

        button("Compare version 1").click();
        PlaywrightAssertions.assertThat(page.locator(".diff .gone")).containsText("70ms");
        PlaywrightAssertions.assertThat(page.locator(".diff .added")).containsText("50ms");
        PlaywrightAssertions.assertThat(page.locator("#diff-title"))
                .hasText("What going back to version 1 would change");
        button("Back to my changes").click();
        PlaywrightAssertions.assertThat(page.locator("#diff-title"))
                .hasText("What you have changed");
        button("Go back to version 1").click();
        button("Go back").last().click();
        PlaywrightAssertions.assertThat(page.locator(".versions")).containsText("version 1 again");
        assertThat(gate.weir().config().services().get("app").health().orElseThrow().every())
                .isEqualTo(Duration.ofMillis(50));
        button("Show").click();
        PlaywrightAssertions.assertThat(page.locator(".effective")).containsText("# default");
    }
}
