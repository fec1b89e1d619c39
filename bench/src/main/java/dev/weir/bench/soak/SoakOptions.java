package dev.weir.bench.soak;

import java.nio.file.Path;
import java.util.List;

/// What `bench/soak` was asked to do. Immutable.
///
/// @param minutes of traffic with faults; warm-up and cool-down come on top
/// @param faults names; all if empty
/// @param root the folder of `weir`
/// @param ownNetwork whether the process has a network of its own
record SoakOptions(int minutes, long seed, List<String> faults, Path root, boolean ownNetwork) {
    /// A run this long has every fault in its full size, and what grows with time is judged.
    private static final int FULL_MINUTES = 20;

    /// @throws IllegalArgumentException with a sentence for the user
    static SoakOptions parse(String[] arguments) {
        int minutes = 30;
        long seed = System.nanoTime() % 1_000_000;
        List<String> faults = List.of();
        Path root = Path.of("");
        boolean ownNetwork = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--minutes" -> minutes = Math.toIntExact(number(arguments, ++i));
                case "--seed" -> seed = number(arguments, ++i);
                case "--faults" -> faults = List.of(value(arguments, ++i).split(",", -1));
                case "--root" -> root = Path.of(value(arguments, ++i));
                case "--own-network" -> ownNetwork = true;
                default -> throw new IllegalArgumentException(arguments[i] + " is not an option");
            }
        }
        if (minutes < 1 || minutes > 24 * 60) {
            throw new IllegalArgumentException("--minutes is a number from 1 to 1440");
        }
        return new SoakOptions(minutes, seed, faults, root.toAbsolutePath(), ownNetwork);
    }

    boolean full() {
        return minutes >= FULL_MINUTES;
    }

    /// Those that were asked for.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    List<Fault> chosen() {
        List<Fault> all = Faults.all(ownNetwork);
        List<String> names = all.stream().map(Fault::name).toList();
        for (String name : faults) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no fault " + name + "; there are " + String.join(", ", names));
            }
        }
        return all.stream()
                .filter(fault -> faults.isEmpty() || faults.contains(fault.name()))
                .toList();
    }

    /// The command that repeats the run.
    String command() {
        String chosen = faults.isEmpty() ? "" : " --faults " + String.join(",", faults);
        return "bench/soak --minutes " + minutes + " --seed " + seed + chosen;
    }

    private static String value(String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " wants a value");
        }
        return arguments[index];
    }

    private static long number(String[] arguments, int index) {
        String text = value(arguments, index);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    arguments[index - 1] + " wants a number, not " + text, e);
        }
    }
}
