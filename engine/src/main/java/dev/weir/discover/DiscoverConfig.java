package dev.weir.discover;

import dev.weir.schema.HostPort;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Within;
import java.time.Duration;
import java.util.List;

/// Where the list of a service's endpoints comes from. Immutable.
@Says("Where the list of endpoints comes from, in the place of `endpoints`.")
public record DiscoverConfig(
        @Required
                @Says(
                        value =
                                "A name and the port that all its addresses have (A records, or AAAA where there are none), or the name of an SRV record.",
                        example = "\"pages.internal:8080\"")
                DnsName dns,
        @Says(
                        "How often DNS is asked at the least; sooner where an answer holds for less (its TTL), but not within a second.")
                @Within(min = "1s", max = "24h")
                Duration every,
        @Says(
                        value =
                                "Who is asked, by address; left out, the name servers of the system.",
                        example = "[10.0.0.2:53]")
                List<HostPort> nameservers) {

    public static final DiscoverConfig DEFAULTS =
            new DiscoverConfig(new DnsName("", 0), Duration.ofSeconds(30), List.of());

    public DiscoverConfig {
        nameservers = List.copyOf(nameservers);
        for (HostPort nameserver : nameservers) {
            if (!DnsName.literal(nameserver.host()) || nameserver.port() == 0) {
                throw new IllegalArgumentException(
                        "a name server is given by its address and port, as in 10.0.0.2:53, and not as "
                                + nameserver);
            }
        }
    }

    /// @param dns as in a file
    public static DiscoverConfig of(String dns) {
        return new DiscoverConfig(DnsName.parse(dns), DEFAULTS.every, DEFAULTS.nameservers);
    }

    public DiscoverConfig withEvery(Duration every) {
        return new DiscoverConfig(dns, every, nameservers);
    }

    public DiscoverConfig withNameservers(HostPort... nameservers) {
        return new DiscoverConfig(dns, every, List.of(nameservers));
    }
}
