package dev.weir.filter;

import dev.weir.exchange.Reply;
import java.util.concurrent.CompletionStage;

/// What a filter says about a request. Immutable.
public sealed interface Verdict {
    Verdict PASS = new Pass();

    /// On to the next step.
    record Pass() implements Verdict {}

    /// No further: this is the answer.
    record Answer(Reply reply) implements Verdict {}

    /// Not known yet. The stage may complete on any thread; the exchange waits, its client is not read meanwhile.
    /// An exceptional completion is a bug of the filter and answered 500.
    record Wait(CompletionStage<Verdict> later) implements Verdict {}
}
