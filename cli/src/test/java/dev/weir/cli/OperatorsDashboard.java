package dev.weir.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.weir.testkit.Chromium;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/// The dashboard of a gateway in a real browser, as an operator has it open beside the terminal. Confined to the thread that opened it.
final class OperatorsDashboard implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Chromium chromium;
    private final Page page;
    private final List<String> errors = new CopyOnWriteArrayList<>();

    OperatorsDashboard(int port) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        chromium = Chromium.start();
        page = chromium.page();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(errors::add);
        page.navigate("http://127.0.0.1:" + port + "/");
        assertThat(page.locator("header .state.good")).isVisible();
    }

    /// Goes to one of its views, as a link in it does.
    private void go(String view) {
        page.evaluate("view => { location.hash = view; }", view);
        assertThat(page.locator("nav [aria-current=page]")).hasAttribute("href", "#" + view);
    }

    private Locator state(String endpoint) {
        return page.locator("[data-endpoint='" + endpoint + "'] .pill");
    }

    private void press(String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
                .click();
    }

    private Locator attention(String kind) {
        return page.locator(".attention li").filter(new Locator.FilterOptions().setHasText(kind));
    }

    void showsThatAllIsWell() {
        go("overview");
        assertThat(page.locator(".attention .well")).isVisible();
    }

    void showsTraffic() {
        go("overview");
        assertThat(page.locator(".tiles .figure").first()).containsText(Pattern.compile("[1-9]"));
    }

    /// In the list of what needs attention, and where that leads.
    void showsWhyItIsDown(String endpoint) {
        go("overview");
        Locator entry = attention("Endpoint down");
        assertThat(entry).containsText(endpoint);
        assertThat(entry).containsText("connect refused");
        entry.locator("a").click();
        assertThat(state(endpoint)).hasText("down");
    }

    void showsThatItIsDraining(String endpoint) {
        go("services");
        assertThat(state(endpoint)).hasText("draining");
    }

    void makesReady(String endpoint) {
        go("services");
        press("Ready " + endpoint);
        press("Make it ready");
        assertThat(state(endpoint)).hasText("up");
    }

    /// In the list of what needs attention, and with all mistakes where that leads.
    ///
    /// @param place file, line and column
    void showsThatTheFileIsRefused(String place, String message) {
        go("overview");
        Locator entry = attention("Reload refused");
        assertThat(entry).containsText(place);
        assertThat(entry).containsText(message);
        entry.locator("a").click();
        press("Read the file again");
        assertThat(page.locator(".result.bad")).containsText("was not changed");
        assertThat(page.locator(".result.bad li")).containsText(place);
        assertThat(page.locator(".result.bad li")).containsText(message);
    }

    void showsNoRefusalAnyMore() {
        go("overview");
        assertThat(attention("Reload refused")).hasCount(0);
    }

    void goesBackTo(int version, int newVersion) {
        go("overview");
        go("config");
        press("Go back to version " + version);
        press("Go back");
        assertThat(page.locator(".result.good"))
                .containsText("Version " + newVersion + " is in force.");
    }

    /// What its scripts have thrown.
    List<String> errors() {
        return errors;
    }

    @Override
    public void close() {
        chromium.close();
    }
}
