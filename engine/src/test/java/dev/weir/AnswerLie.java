package dev.weir;

/// A row of a table of wrong answers to a GET.
///
/// @param row what the row is about
/// @param outcome what the client gets
/// @param says all that the endpoint sends, as ISO-8859-1; unless the connection must end for the answer to be over,
///     it stays open
record AnswerLie(String row, Outcome outcome, String says) {
    private static final int LONGEST_NAME = 90;

    enum Outcome {
        /// 502, and the client's connection goes on.
        REFUSED,
        /// The head, then the end of the connection where more would have to come.
        CUT,
        /// The answer up to where it should have ended, whole.
        TAKEN
    }

    @Override
    public String toString() {
        String shown = says.replace("\r", "\\r").replace("\n", "\\n").replace("\u0000", "\\0");
        return row + ": " + shown.substring(0, Math.min(shown.length(), LONGEST_NAME));
    }
}
