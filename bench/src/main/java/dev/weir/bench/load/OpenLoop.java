package dev.weir.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/// The command `bench/open-loop`; see [Words#USAGE].
public final class OpenLoop {
    private static final int WRONG_WORDS = 2;

    private OpenLoop() {}

    public static void main(String[] words) {
        System.exit(run(words, System.in, System.out, System.err));
    }

    /// @return the exit status
    static int run(String[] words, InputStream in, PrintStream out, PrintStream err) {
        if (words.length == 1 && words[0].equals("--help")) {
            out.print(Words.USAGE);
            return 0;
        }
        Plan plan;
        try {
            plan = Plan.parse(words);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(Words.USAGE);
            return WRONG_WORDS;
        }
        out.println("RESULT " + new Generator(plan, new Printed(plan, in, out)).run().json());
        out.flush();
        return 0;
    }

    private record Printed(Plan plan, InputStream in, PrintStream out)
            implements Generator.Milestones {
        @Override
        public void idleStand(int opened) {
            if (plan.idle() > 0) {
                out.println("IDLE {\"opened\": " + opened + "}");
                out.flush();
            }
            if (plan.waitsForLine()) {
                awaitLine();
            }
        }

        private void awaitLine() {
            try {
                int read = in.read();
                while (read >= 0 && read != '\n') {
                    read = in.read();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void recordingBegins() {
            out.println("BEGIN {}");
            out.flush();
        }
    }
}
