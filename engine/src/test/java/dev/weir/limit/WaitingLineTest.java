package dev.weir.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.exchange.Failure;
import dev.weir.exchange.Priority;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
    private static final long MS = 1_000_000;
    private static final Waiter.Owner NOBODY =
            new Waiter.Owner() {
                @Override
                public void admitted() {}

                @Override
                public void refused(Failure why) {}
            };

    private final WaitingLine line = new WaitingLine(1000 * MS);

    private static Waiter waiter(Priority priority) {
        return new Waiter(priority, NOBODY);
    }

    private Waiter joins(long nowNanos) {
        Waiter waiter = waiter(Priority.NORMAL);
        line.add(waiter, nowNanos);
        return waiter;
    }

    private List<Waiter> overdue(long nowNanos) {
        List<Waiter> all = new ArrayList<>();
        for (Waiter late = line.overdue(nowNanos); late != null; late = line.overdue(nowNanos)) {
            all.add(late);
        }
        return all;
    }

    @Test
    void servesABurstInTheOrderItCame() {
        Waiter first = joins(0);
        Waiter second = joins(MS);
        Waiter third = joins(2 * MS);

        assertThat(overdue(900 * MS)).isEmpty();
        assertThat(line.next(900 * MS)).isSameAs(first);
        assertThat(line.next(901 * MS)).isSameAs(second);
        assertThat(line.next(902 * MS)).isSameAs(third);
        assertThat(line.next(903 * MS)).isNull();
    }

    @Test
    void servesTheNewestFirstInALineThatStands() {
        joins(0);
        Waiter older = joins(960 * MS);
        Waiter newer = joins(990 * MS);

        assertThat(line.standing(Priority.NORMAL, 1000 * MS)).isTrue();
        assertThat(overdue(1000 * MS)).hasSize(1);
        assertThat(line.next(1000 * MS)).isSameAs(newer);
        assertThat(line.next(1000 * MS)).isSameAs(older);
    }

    @Test
    void aLineThatStandsKeepsNobodyLongerThanATwentieth() {
        Waiter first = joins(0);
        Waiter second = joins(900 * MS);
        Waiter third = joins(960 * MS);
        Waiter newest = joins(999 * MS);

        assertThat(overdue(1000 * MS)).containsExactly(first, second);
        assertThat(overdue(1010 * MS)).containsExactly(third);
        assertThat(overdue(1900 * MS)).as("the next one is spared").isEmpty();
        assertThat(line.next(1900 * MS)).isSameAs(newest);
    }

    @Test
    void nobodyWaitsLongerThanTheWholeWait() {
        Waiter alone = joins(0);

        assertThat(line.dueNanos(0)).isEqualTo(1000 * MS);
        assertThat(overdue(999 * MS)).isEmpty();
        assertThat(overdue(1000 * MS)).containsExactly(alone);
        assertThat(line.size()).isZero();
        assertThat(line.dueNanos(1000 * MS)).isEqualTo(WaitingLine.NEVER);
    }

    @Test
    void isPatientAgainOnceItWasEmpty() {
        joins(0);
        joins(999 * MS);
        assertThat(line.standing(Priority.NORMAL, 1000 * MS)).isTrue();
        line.next(1000 * MS);
        line.next(1000 * MS);

        Waiter one = joins(2000 * MS);
        joins(2001 * MS);

        assertThat(line.standing(Priority.NORMAL, 2900 * MS)).isFalse();
        assertThat(overdue(2900 * MS)).isEmpty();
        assertThat(line.next(2900 * MS)).isSameAs(one);
    }

    @Test
    void saysWhenSomebodyWillBeLate() {
        joins(0);
        joins(980 * MS);
        joins(995 * MS);

        assertThat(line.dueNanos(500 * MS)).isEqualTo(1000 * MS);
        overdue(1000 * MS);
        assertThat(line.dueNanos(1000 * MS)).isEqualTo(1030 * MS);
    }

    @Test
    void theMoreImportantComeFirstAndTheLeastImportantAreLateFirst() {
        Waiter low = waiter(Priority.LOW);
        Waiter normal = waiter(Priority.NORMAL);
        Waiter critical = waiter(Priority.CRITICAL);
        line.add(low, 0);
        line.add(normal, 0);
        line.add(critical, 0);

        assertThat(line.worst()).isSameAs(low);
        assertThat(overdue(1000 * MS)).containsExactly(low, normal, critical);
        line.add(low, 2000 * MS);
        line.add(normal, 2000 * MS);
        line.add(critical, 2000 * MS);
        assertThat(line.next(2001 * MS)).isSameAs(critical);
        assertThat(line.next(2001 * MS)).isSameAs(normal);
        assertThat(line.next(2001 * MS)).isSameAs(low);
    }

    @Test
    void aLineThatStandsDoesNotHurryTheMoreImportant() {
        for (int i = 0; i < 100; i++) {
            joins(i * 10 * MS);
        }
        Waiter critical = waiter(Priority.CRITICAL);
        Waiter another = waiter(Priority.CRITICAL);
        line.add(critical, 900 * MS);
        line.add(another, 901 * MS);

        assertThat(overdue(1200 * MS)).hasSize(100);
        assertThat(line.next(1200 * MS)).isSameAs(critical);
        assertThat(line.next(1200 * MS)).isSameAs(another);
    }

    @Test
    void whoLeavesLeavesFromAnywhereAndOnce() {
        Waiter first = joins(0);
        Waiter middle = joins(1);
        Waiter last = joins(2);

        assertThat(line.remove(middle)).isTrue();
        assertThat(line.remove(middle)).isFalse();
        assertThat(line.next(3)).isSameAs(first);
        assertThat(line.remove(last)).isTrue();
        assertThat(line.size()).isZero();
        assertThat(line.next(4)).isNull();
    }
}
