package dev.weir.route;

import dev.weir.schema.Ordered;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a listener passes connections on to as they are. Immutable. Maps keep the order of the file.
@Says("Passes connections on as they are, instead of reading requests.")
public record TcpConfig(
        @Says(
                        value =
                                "The service; with `sni`, for those that name no server listed there.",
                        example = "mail")
                Optional<String> to,
        @Says(
                        value =
                                "Services by the server name that TLS clients ask for; TLS is not ended here, the endpoint does that.",
                        example = "{ shop.example.com: shop, \"*.example.com\": rest }")
                Map<String, String> sni,
        @Says("How long nothing may move in either direction.") @Within(min = "10ms", max = "24h")
                Duration idle) {

    public static final TcpConfig DEFAULTS =
            new TcpConfig(Optional.empty(), Map.of(), Duration.ofHours(1));

    public TcpConfig {
        sni = Ordered.copyOf(sni);
    }

    /// All services that connections may go to.
    public List<String> services() {
        List<String> all = new ArrayList<>(sni.values());
        to.ifPresent(all::add);
        return all;
    }

    @Short("the name of a service")
    public static TcpConfig to(String service) {
        return new TcpConfig(Optional.of(service), Map.of(), DEFAULTS.idle);
    }

    public TcpConfig withIdle(Duration idle) {
        return new TcpConfig(to, sni, idle);
    }
}
