package dev.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.observe.EventRing;
import dev.weir.runtime.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveStreamTest {
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> got = new CopyOnWriteArrayList<>();
    private Runnable leaves = () -> {};

    private final Subscriber reader =
            new Subscriber() {
                @Override
                public void send(String event, String data) {
                    got.add(event + " " + data);
                }

                @Override
                public boolean behind() {
                    return false;
                }

                @Override
                public void onEnd(Runnable action) {
                    leaves = action;
                }
            };

    @Test
    void aPictureThatCannotBeMadeIsLeftOutAndTheNextOnesAreTold() {
        AtomicInteger pictures = new AtomicInteger();
        LiveStream stream =
                new LiveStream(
                        () -> {
                            int number = pictures.incrementAndGet();
                            if (number == 2) {
                                throw new IllegalStateException("no such service");
                            }
                            return Map.of("number", number);
                        },
                        new EventRing(said::add, Clock.system()),
                        Clock.system(),
                        new Json());
        stream.join(reader);
        try {
            await().until(() -> got.contains("change {\"number\":3}"));
            assertThat(got.getFirst()).isEqualTo("picture {\"number\":1}");
            assertThat(said)
                    .containsExactly(
                            "internal error in the admin API, live stream: java.lang.IllegalStateException: no such service");
        } finally {
            leaves.run();
        }
    }
}
