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
@Key("ip-allow")
@Says("Lets only these addresses pass; others are answered 403.")
public record IpAllowConfig(
        @Required @Says(value = "Addresses and ranges.", example = "[10.0.0.0/8]")
                List<IpRange> ranges)
        implements FilterConfig {

    public IpAllowConfig {
        ranges = List.copyOf(ranges);
    }

    @Short("a list of addresses and ranges")
    public static IpAllowConfig of(List<IpRange> ranges) {
        return new IpAllowConfig(ranges);
    }

    @Override
    public Filter build(FilterSite site) {
        return ClientAddress.within(ranges);
    }
}
