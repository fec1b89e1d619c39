package dev.weir.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.observe.EventRing;
import dev.weir.runtime.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells those who read the stream what changes: a whole picture to each who joins, then once a second the difference, made once for
/// all of them, which is never nothing and so keeps the connection alive; lines for people at once. While nobody reads it does nothing and has no thread. Thread-safe.
final class LiveStream {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Supplier<?> pictures;
    private final EventRing events;
    private final Clock clock;
    private final Json json;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Queue<EventRing.Said> lines = new ConcurrentLinkedQueue<>();
    private JsonNode last = JsonNodeFactory.instance.objectNode();
    private volatile @Nullable Thread teller;
    private @Nullable Runnable deaf;

    /// @param pictures objects in JSON
    LiveStream(Supplier<?> pictures, EventRing events, Clock clock, Json json) {
        this.clock = clock;
        this.pictures = pictures;
        this.events = events;
        this.json = json;
    }

    /// Lets one more read, until his connection ends. His picture is of now, not of up to a second ago: he may have just changed something.
    synchronized void join(Subscriber subscriber) {
        tellChange();
        if (subscribers.isEmpty()) {
            lines.clear();
            deaf = events.listen(this::said);
            teller = Thread.ofVirtual().name("weir-admin-stream").start(this::tellAgainAndAgain);
        }
        subscribers.add(subscriber);
        subscriber.send("picture", String.valueOf(last));
        subscriber.onEnd(() -> leave(subscriber));
    }

    private synchronized void leave(Subscriber subscriber) {
        subscribers.remove(subscriber);
        if (subscribers.isEmpty() && deaf != null) {
            deaf.run();
            deaf = null;
        }
    }

    private void said(EventRing.Said said) {
        lines.add(said);
        LockSupport.unpark(teller);
    }

    private String text(Object value) {
        return new String(json.bytes(value), StandardCharsets.UTF_8);
    }

    private void tellAgainAndAgain() {
        long next = clock.nanos() + EVERY.toNanos();
        while (true) {
            LockSupport.parkNanos(this, next - clock.nanos());
            synchronized (this) {
                if (deaf == null || teller != Thread.currentThread()) {
                    return;
                }
                for (EventRing.Said said = lines.poll(); said != null; said = lines.poll()) {
                    send("line", text(Operations.event(said)));
                }
                if (clock.nanos() - next >= 0) {
                    next = clock.nanos() + EVERY.toNanos();
                    try {
                        tellChange();
                    } catch (RuntimeException bug) {
                        // Those who read get the next one, or else they would look at this one for
                        // ever.
                        events.say("internal error in the admin API, live stream: " + bug);
                    }
                }
            }
        }
    }

    private void tellChange() {
        JsonNode now = json.tree(pictures.get());
        if (!subscribers.isEmpty()) {
            send("change", patch(last, now).toString());
        }
        last = now;
    }

    private void send(String event, String data) {
        subscribers.forEach(subscriber -> subscriber.send(event, data));
    }

    /// What makes one object of the other (RFC 7396): changed members with their new value, those that are gone with null.
    static ObjectNode patch(JsonNode before, JsonNode now) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : now.properties()) {
            JsonNode was = before.get(member.getKey());
            if (was != null && was.isObject() && member.getValue().isObject()) {
                ObjectNode inside = patch(was, member.getValue());
                if (!inside.isEmpty()) {
                    patch.set(member.getKey(), inside);
                }
            } else if (!member.getValue().equals(was)) {
                patch.set(member.getKey(), member.getValue());
            }
        }
        for (Map.Entry<String, JsonNode> member : before.properties()) {
            if (!now.has(member.getKey())) {
                patch.putNull(member.getKey());
            }
        }
        return patch;
    }
}
