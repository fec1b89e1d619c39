package dev.weir.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/// The program `weir`. Usual forms of `weir run` are started straight away; all other words go through [Verbs]. This class names
/// nothing of the library that reads command lines, so that it is not loaded for a gateway.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(exitCode(List.of(args), Terminal.detect(System::getenv)));
    }

    private static int exitCode(List<String> words, Terminal terminal) {
        Optional<RunOrder> order =
                !words.isEmpty() && words.getFirst().equals("run")
                        ? RunOrder.plain(words.subList(1, words.size()))
                        : Optional.empty();
        return order.isPresent()
                ? run(order.get(), terminal)
                : Verbs.commandLine(words, terminal).execute(words.toArray(String[]::new));
    }

    private static int run(RunOrder order, Terminal terminal) {
        PrintWriter err = new PrintWriter(System.err, true);
        try {
            return new Foreground(terminal, new PrintWriter(System.out, true), err).run(order);
        } catch (InterruptedException | RuntimeException e) {
            return ExitCode.ownFault(e, err);
        }
    }
}
