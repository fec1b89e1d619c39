package dev.weir.forward;

import dev.weir.exchange.Failure;
import dev.weir.limit.Waiter;
import dev.weir.runtime.Loop;
import org.jspecify.annotations.Nullable;

/// One request's wait at the door of a service. What the line says, on whatever loop, arrives here on the request's own. Confined to that
/// loop, but for what the line calls.
public final class Turn implements Waiter.Owner {
    /// Who waits; hears one of these on its loop, unless it cancels before.
    public interface Guest {
        /// There is a place; to be given back by [Admission#leave].
        void admitted();

        /// There will be none.
        void refused(Failure why);
    }

    private final Loop loop;
    private final Admission admission;
    private @Nullable Guest guest;
    private @Nullable Waiter waiter;

    Turn(Loop loop, Admission admission, Guest guest) {
        this.loop = loop;
        this.admission = admission;
        this.guest = guest;
    }

    void waits(Waiter waiter) {
        this.waiter = waiter;
    }

    /// The guest wants no place any more. A place that is on its way goes to the next.
    public void cancel() {
        guest = null;
        Waiter waiting = waiter;
        if (waiting != null) {
            waiter = null;
            admission.cancel(waiting);
        }
    }

    @Override
    public void admitted() {
        later(
                () -> {
                    Guest here = guest;
                    if (here == null) {
                        admission.leave();
                    } else {
                        here.admitted();
                    }
                });
    }

    @Override
    public void refused(Failure why) {
        later(
                () -> {
                    Guest here = guest;
                    if (here != null) {
                        here.refused(why);
                    }
                });
    }

    /// Never at once, even on the same loop: whoever gives a place back is in the middle of its own exchange. A loop that is ending has cut its
    /// requests before.
    private void later(Runnable event) {
        if (!loop.executor().isShuttingDown()) {
            loop.executor().execute(event);
        }
    }
}
