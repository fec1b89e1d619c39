package dev.weir.filter.headers;

import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.Key;
import dev.weir.schema.Says;
import java.util.List;
import java.util.Map;

/// Changes to fields. Immutable.
@Key("headers")
@Says("Sets, adds and removes fields of requests and answers.")
public record HeadersConfig(
        @Says("Changes to the request, before it goes to an endpoint.") Edits request,
        @Says("Changes to the answer, before it goes to the client.") Edits response)
        implements FilterConfig {

    public static final HeadersConfig DEFAULTS = new HeadersConfig(Edits.DEFAULTS, Edits.DEFAULTS);

    @Override
    public Filter build(FilterSite site) {
        return new FieldEdits(this);
    }

    /// Changes in the order remove, set, add.
    @Says("Changes, in the order remove, set, add.")
    public record Edits(
            @Says("Fields that get just this value.") Map<String, String> set,
            @Says("Fields that get this value beside any they have.") Map<String, String> add,
            @Says("Fields that go.") List<String> remove) {
        public static final Edits DEFAULTS = new Edits(Map.of(), Map.of(), List.of());

        public Edits {
            set = Map.copyOf(set);
            add = Map.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
