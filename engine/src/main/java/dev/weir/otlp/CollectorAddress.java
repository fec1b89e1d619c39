package dev.weir.otlp;

import dev.weir.schema.Short;
import java.net.URI;
import java.net.URISyntaxException;

/// Where a collector takes OTLP over HTTP, as written: `http://127.0.0.1:4318`. Immutable.
///
/// @param written without a slash at its end
public record CollectorAddress(String written) {
    /// @throws IllegalArgumentException if it is no such URL
    @Short("a URL, such as http://127.0.0.1:4318")
    public static CollectorAddress of(String text) {
        if (!fits(text)) {
            throw new IllegalArgumentException("is not a URL such as http://127.0.0.1:4318");
        }
        return new CollectorAddress(
                text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static boolean fits(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme());
            return (scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /// Where spans, or log records, go: OTLP/HTTP has a path for each below the base URL.
    URI at(String path) {
        return URI.create(written + path);
    }

    /// Whether it is asked by TLS.
    public boolean secure() {
        return written.startsWith("https:");
    }

    /// Whether it is on this machine, by its address or as `localhost`.
    public boolean loopback() {
        String host = URI.create(written).getHost();
        return host.equals("localhost")
                || host.matches("127(\\.[0-9]+){3}")
                || host.equals("[::1]");
    }

    @Override
    public String toString() {
        return written;
    }
}
