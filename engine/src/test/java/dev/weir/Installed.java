package dev.weir;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Programs;

/// What tests need of the machine beyond a JDK.
public final class Installed {
    private Installed() {}

    /// Ends the test, without failing it, where this program is not installed; but not in CI, which installs all of them.
    public static void assume(String program) {
        assumeTrue(
                Programs.find(program).isPresent() || System.getenv("CI") != null,
                program + " is not installed");
    }
}
