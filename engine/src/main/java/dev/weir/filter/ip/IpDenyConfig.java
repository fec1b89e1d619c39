package dev.weir.filter.ip;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.http.IpRange;
import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;
import java.util.List;

/// Addresses in or out. Immutable.
@Key("ip-deny")
@Says("Answers these addresses 403.")
public record IpDenyConfig(
        @Required @Says(value = "Addresses and ranges.", example = "[10.0.0.0/8]")
                List<IpRange> ranges)
        implements FilterConfig {

    public IpDenyConfig {
        ranges = List.copyOf(ranges);
    }

    @Short("a list of addresses and ranges")
    public static IpDenyConfig of(List<IpRange> ranges) {
        return new IpDenyConfig(ranges);
    }

    @Override
    public Filter build(FilterSite site) {
        return ClientAddress.without(ranges);
    }
}
