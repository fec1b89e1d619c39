package dev.weir.simulator;

import java.io.IOException;
import java.nio.file.Path;

/// x
public final class Report {
    private Report() {}

    public static void write(Path folder, Comparison.Progress progress) throws IOException {}
}
