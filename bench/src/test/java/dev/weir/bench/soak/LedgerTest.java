package dev.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.soak.Fault.Allowed;
import dev.weir.bench.soak.Outcome.Answer;
import dev.weir.bench.soak.Outcome.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();
    private final Ask get = Ask.get("g", Ask.Way.PLAIN, "/work/g", 100);

    private static Fault fault(Allowed allowed) {
        return new Fault(1, "fault", "does", (_, _, _) -> "", allowed);
    }

    private static Outcome byWeir(int status, long nanos) {
        Answer answer = new Answer(status, "", 5, "any", 0, "", false);
        return new Outcome(Kind.WHOLE, answer, "", nanos, nanos);
    }

    @Test
    void expectsEveryRequestToSucceedOutsideOfFaults() {
        ledger.ended(get, byWeir(502, System.nanoTime()), List::of);
        assertThat(ledger.unexpectedCount()).isOne();
    }

    @Test
    void allowsInsideOfAFaultWhatItsRowAllowsAndNothingElse() {
        ledger.begins(fault(Allowed.byWeir("work", 502)));
        ledger.ended(get, byWeir(502, System.nanoTime()), List::of);
        assertThat(ledger.unexpectedCount()).isZero();
        assertThat(ledger.seen().getFirst().troubles()).containsEntry("502 by Weir", 1L);
        ledger.ended(get, byWeir(504, System.nanoTime()), List::of);
        assertThat(ledger.unexpectedCount()).isOne();
    }

    @Test
    void expectsSuccessAgainAfterTheSettleTime() {
        ledger.begins(fault(Allowed.byWeir("work", 502)));
        ledger.ends("");
        long end = System.nanoTime();
        ledger.ended(get, byWeir(502, end + Ledger.SETTLE_NANOS / 2), List::of);
        assertThat(ledger.unexpectedCount()).isZero();
        ledger.ended(get, byWeir(502, end + 2 * Ledger.SETTLE_NANOS), List::of);
        assertThat(ledger.unexpectedCount()).isOne();
    }

    @Test
    void expectsRefusedRequestsToBeRefused() {
        Ask hopeless =
                new Ask("h", Ask.Way.TWO_FRAMINGS, "POST", "/work/h", 10, true, 10, false, 0);
        ledger.ended(hopeless, byWeir(400, System.nanoTime()), List::of);
        assertThat(ledger.unexpectedCount()).isZero();
        Answer served = new Answer(200, "h", 0, "", 0, "", false);
        ledger.ended(hopeless, new Outcome(Kind.WHOLE, served, "", 0, 1), List::of);
        assertThat(ledger.unexpectedCount()).isOne();
    }
}
