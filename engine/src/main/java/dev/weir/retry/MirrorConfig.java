package dev.weir.retry;

import dev.weir.schema.Percent;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;

/// A copy of requests to another service, whose answers nobody gets. Immutable.
@Says(
        "Sends a copy of requests to another service and throws its answers away; the client notices nothing. Requests with more than 64 KiB of body are not copied.")
public record MirrorConfig(
        @Required @Says(value = "The service that gets the copies.", example = "orders-next")
                String to,
        @Says("How many of the requests are copied.") @Within(min = "0%", max = "100%")
                Percent share) {

    public static final MirrorConfig DEFAULTS = new MirrorConfig("", Percent.of(100));

    @Short("the name of a service")
    public static MirrorConfig of(String to) {
        return new MirrorConfig(to, DEFAULTS.share);
    }

    public MirrorConfig withShare(Percent share) {
        return new MirrorConfig(to, share);
    }
}
