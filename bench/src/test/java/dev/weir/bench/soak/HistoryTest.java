package dev.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.soak.History.Invariant;
import dev.weir.bench.soak.Outcome.Answer;
import dev.weir.bench.soak.Outcome.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every invariant has a history that holds it and histories that break it; the checker must tell them apart.
class HistoryTest {
    private static final int UP_AFTER = 2;
    private static final int DOWN_AFTER = 3;
    private static final long SECOND = 1_000_000_000;

    private final History history = new History(new History.Watch(UP_AFTER, DOWN_AFTER));
    private final Ask get = Ask.get("g", Ask.Way.PLAIN, "/work/g", 100);
    private final Ask post = post(Ask.Way.PLAIN);

    private static Ask post(Ask.Way way) {
        return new Ask("p", way, "POST", "/work/p", 1000, false, 100, false, 0);
    }

    private static Answer answerTo(Ask ask) {
        Body body = new Body(ask.id(), ask.answer());
        return new Answer(
                200, ask.id(), body.length(), body.sha256(), body.length(), body.sha256(), false);
    }

    private static Outcome whole(Answer answer) {
        return new Outcome(Kind.WHOLE, answer, "", 0, 1);
    }

    private static Outcome byWeir(int status) {
        return whole(new Answer(status, "", 5, "any", 0, "", false));
    }

    private void sent(Ask ask) {
        history.sent(ask, ask.content().sha256());
    }

    private void served(Ask ask, String endpoint) {
        history.received(endpoint, ask.id(), ask.method(), 0);
        Body body = ask.content();
        history.read(endpoint, ask.id(), body.length(), body.sha256(), true);
    }

    private List<Invariant> brokenAfter(Ask ask, Outcome outcome) {
        history.ended(ask, outcome);
        history.settle(Long.MAX_VALUE);
        return history.violations().stream().map(History.Violation::invariant).toList();
    }

    @Test
    void hasNothingAgainstRequestsThatWereServed() {
        sent(get);
        served(get, "one");
        history.ended(get, whole(answerTo(get)));
        sent(post);
        served(post, "two");
        assertThat(brokenAfter(post, whole(answerTo(post)))).isEmpty();
        assertThat(history.checks())
                .containsEntry(Invariant.I1, 2L)
                .containsEntry(Invariant.I2, 2L)
                .containsEntry(Invariant.I3, 2L)
                .containsEntry(Invariant.I4, 2L)
                .containsEntry(Invariant.I5, 2L);
    }

    @Test
    void objectsToAnAnswerOfAnotherRequest() {
        sent(get);
        served(get, "one");
        assertThat(brokenAfter(get, whole(answerTo(post)))).contains(Invariant.I1);
    }

    @Test
    void objectsToAnAnswerWithoutAnId() {
        sent(get);
        served(get, "one");
        assertThat(brokenAfter(get, byWeir(200))).contains(Invariant.I1);
    }

    @Test
    void objectsToARequestThatNobodySent() {
        history.received("one", "ghost", "GET", 0);
        assertThat(history.violations())
                .extracting(History.Violation::invariant)
                .containsExactly(Invariant.I1);
    }

    @Test
    void objectsToAMethodThatChangedOnTheWay() {
        sent(get);
        history.received("one", get.id(), "POST", 0);
        history.read("one", get.id(), 0, get.content().sha256(), true);
        assertThat(brokenAfter(get, whole(answerTo(get)))).containsExactly(Invariant.I1);
    }

    @Test
    void objectsToAPostThatReachedTwoEndpoints() {
        sent(post);
        history.received("one", post.id(), "POST", 0);
        served(post, "two");
        assertThat(brokenAfter(post, whole(answerTo(post)))).containsExactly(Invariant.I2);
    }

    @Test
    void letsAGetReachTwoEndpoints() {
        sent(get);
        history.received("one", get.id(), "GET", 0);
        served(get, "two");
        assertThat(brokenAfter(get, whole(answerTo(get)))).isEmpty();
    }

    @Test
    void objectsToAnAnswerWhoseBytesChanged() {
        Answer good = answerTo(get);
        Answer changed =
                new Answer(200, "g", 100, new Body("x", 100).sha256(), 100, good.sha256(), false);
        sent(get);
        served(get, "one");
        assertThat(brokenAfter(get, whole(changed))).containsExactly(Invariant.I3);
    }

    @Test
    void objectsToAShortAnswerThatLooksWhole() {
        Answer good = answerTo(get);
        Answer cut =
                new Answer(200, "g", 60, new Body("g", 60).sha256(), 100, good.sha256(), false);
        sent(get);
        served(get, "one");
        assertThat(brokenAfter(get, whole(cut))).containsExactly(Invariant.I3);
    }

    @Test
    void letsAnAnswerBeCutIfTheClientSawIt() {
        Answer begun = new Answer(200, "g", 0, "", 100, answerTo(get).sha256(), false);
        sent(get);
        served(get, "one");
        assertThat(brokenAfter(get, new Outcome(Kind.CUT, begun, "reset", 0, 1))).isEmpty();
    }

    @Test
    void objectsToARequestBodyWhoseBytesChanged() {
        sent(post);
        history.received("one", post.id(), "POST", 0);
        history.read("one", post.id(), 1000, new Body("x", 1000).sha256(), true);
        assertThat(brokenAfter(post, whole(answerTo(post)))).containsExactly(Invariant.I3);
    }

    @Test
    void objectsToARequestThatWasCutAndLookedWholeToTheEndpoint() {
        Ask cut = post(Ask.Way.CUT_REQUEST);
        sent(cut);
        history.received("one", cut.id(), "POST", 0);
        history.read("one", cut.id(), 500, new Body(cut.content().id(), 500).sha256(), true);
        assertThat(brokenAfter(cut, new Outcome(Kind.ABANDONED, Answer.NONE, "", 0, 1)))
                .containsExactly(Invariant.I3);
    }

    @Test
    void objectsToASuccessThatNoEndpointReadToItsEnd() {
        sent(post);
        history.received("one", post.id(), "POST", 0);
        history.read("one", post.id(), 0, "", false);
        assertThat(brokenAfter(post, whole(answerTo(post)))).containsExactly(Invariant.I3);
    }

    @Test
    void objectsToAnyByteOfAHopelessRequest() {
        Ask hopeless = post(Ask.Way.TWO_FRAMINGS);
        sent(hopeless);
        history.received("one", hopeless.id(), "POST", 0);
        assertThat(brokenAfter(hopeless, byWeir(400))).containsExactly(Invariant.I4);
    }

    @Test
    void objectsToAWholeRequestWhoseClientWasRefused() {
        sent(post);
        served(post, "one");
        assertThat(brokenAfter(post, byWeir(413))).containsExactly(Invariant.I4);
    }

    @Test
    void letsAPartOfARequestPassBeforeItsClientIsRefused() {
        Ask overflow = post(Ask.Way.OVERFLOW);
        sent(overflow);
        history.received("one", overflow.id(), "POST", 0);
        history.read("one", overflow.id(), 0, "", false);
        assertThat(brokenAfter(overflow, byWeir(413))).isEmpty();
    }

    @Test
    void objectsToARequestForAnEndpointThatIsDown() {
        checks(DOWN_AFTER, false, SECOND);
        sent(get);
        history.received("one", get.id(), "GET", SECOND + History.GRACE_NANOS + 1);
        assertThat(brokenAfter(get, whole(answerTo(get)))).contains(Invariant.I5);
    }

    @Test
    void objectsToARequestBeforeEnoughGoodChecks() {
        checks(DOWN_AFTER, false, SECOND);
        checks(UP_AFTER - 1, true, 2 * SECOND);
        sent(get);
        history.received("one", get.id(), "GET", 3 * SECOND);
        assertThat(brokenAfter(get, whole(answerTo(get)))).contains(Invariant.I5);
    }

    @Test
    void letsRequestsReachAnEndpointInDoubtOrUpAgain() {
        checks(DOWN_AFTER - 1, false, SECOND);
        sent(get);
        history.received("one", get.id(), "GET", 9 * SECOND);
        checks(1, false, 10 * SECOND);
        checks(UP_AFTER, true, 20 * SECOND);
        history.received("one", get.id(), "GET", 30 * SECOND);
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void tellsTheStoryOfABrokenInvariant() {
        sent(post);
        served(post, "one");
        served(post, "two");
        history.ended(post, whole(answerTo(post)));
        history.settle(Long.MAX_VALUE);
        assertThat(history.violations().getFirst().story())
                .anyMatch(line -> line.contains("one got POST"))
                .anyMatch(line -> line.contains("two got POST"))
                .anyMatch(line -> line.contains("the client saw 200"));
    }

    @Test
    void keepsARequestUntilItsTimeHasCome() {
        sent(get);
        history.ended(get, new Outcome(Kind.WHOLE, answerTo(get), "", 0, 5 * SECOND));
        history.settle(5 * SECOND);
        assertThat(history.checks()).isEmpty();
        history.settle(5 * SECOND + 1);
        assertThat(history.checks()).containsEntry(Invariant.I1, 1L);
    }

    private void checks(int count, boolean good, long nanos) {
        for (int i = 0; i < count; i++) {
            history.checked("one", good, nanos);
        }
    }
}
