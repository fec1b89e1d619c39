package dev.weir.filter.bodylimit;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.ByteSize;
import dev.weir.schema.Key;
import dev.weir.schema.Required;
import dev.weir.schema.Says;
import dev.weir.schema.Short;

/// The largest request body. Immutable.
@Key("body-limit")
@Says("Answers 413 to a request whose body is larger.")
public record BodyLimitConfig(
        @Required @Says(value = "Largest body.", example = "10MiB") ByteSize size)
        implements FilterConfig {

    @Short("a size")
    public static BodyLimitConfig of(ByteSize size) {
        return new BodyLimitConfig(size);
    }

    @Override
    public Filter build(FilterSite site) {
        return new BodyLimit(size.bytes());
    }
}
