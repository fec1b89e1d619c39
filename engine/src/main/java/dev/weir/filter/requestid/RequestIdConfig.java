package dev.weir.filter.requestid;

import dev.weir.filter.EditableFields;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterConfig;
import dev.weir.filter.FilterSite;
import dev.weir.schema.Key;
import dev.weir.schema.Says;

/// The request id in a field of the user's choice. Immutable.
@Key("request-id")
@Says(
        "Takes the request id from this field when the client sends a usable one, and shows it to endpoint and client.")
public record RequestIdConfig(@Says("Name of the field.") String header) implements FilterConfig {
    public static final RequestIdConfig DEFAULTS = new RequestIdConfig("X-Request-Id");

    @Override
    public Filter build(FilterSite site) {
        EditableFields.checkName("header", header);
        return new RequestId(header);
    }
}
