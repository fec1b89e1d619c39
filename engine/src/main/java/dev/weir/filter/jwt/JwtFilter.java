package dev.weir.filter.jwt;

import dev.weir.exchange.Exchange;
import dev.weir.filter.EditableFields;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Verdict;
import dev.weir.http.Headers;
import dev.weir.runtime.Clock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/// Lets requests with a good token pass and tells their endpoints who calls. Thread-safe; a token's signature is
/// checked on the event loop that carries the request, once, and remembered.
///
/// The fields that tell endpoints are removed from every request before anything else, so nobody can send them
/// from outside.
final class JwtFilter implements Filter {
    private static final int LONGEST = 8 * 1024;

    private final TokenSource source;
    private final VerificationKeys keys;
    private final ClaimRules rules;
    private final String[] fields;
    private final KnownTokens known = new KnownTokens();
    private final Clock clock;

    private JwtFilter(
            TokenSource source,
            VerificationKeys keys,
            ClaimRules rules,
            String[] fields,
            Clock clock) {
        this.source = source;
        this.keys = keys;
        this.rules = rules;
        this.fields = fields;
        this.clock = clock;
    }

    /// @throws IllegalArgumentException with a sentence for the user
    static JwtFilter of(JwtConfig config, FilterSite site) {
        Map<String, String> forward = config.forward();
        String[] fields = forward.keySet().toArray(String[]::new);
        String[] claims = new String[fields.length];
        for (int i = 0; i < fields.length; i++) {
            EditableFields.checkName("forward", fields[i]);
            claims[i] = forward.get(fields[i]);
        }
        return new JwtFilter(
                TokenSource.parse(config.from()),
                VerificationKeys.read(config, site.directory()),
                new ClaimRules(config, claims),
                fields,
                site.clock());
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Headers headers = exchange.request().headers();
        String token = source.find(exchange.request());
        for (String field : fields) {
            headers.remove(field);
        }
        if (token == null) {
            return Refusal.NO_TOKEN.verdict();
        }
        return switch (check(token)) {
            case Checked.Refused refused -> refused.why().verdict();
            case Checked.Accepted accepted -> pass(exchange, accepted);
        };
    }

    private Checked check(String token) {
        if (token.length() > LONGEST) {
            return new Checked.Refused(Refusal.TOO_LONG);
        }
        byte[] digest = sha256(token);
        Checked.Accepted before = known.find(digest);
        if (before != null) {
            return before;
        }
        CompactToken parts = CompactToken.parse(token);
        if (parts == null) {
            return new Checked.Refused(Refusal.MALFORMED);
        }
        if (!keys.verify(parts)) {
            return new Checked.Refused(Refusal.SIGNATURE);
        }
        Checked checked = rules.check(parts.payload());
        if (checked instanceof Checked.Accepted accepted) {
            known.keep(digest, accepted);
        }
        return checked;
    }

    private Verdict pass(Exchange exchange, Checked.Accepted accepted) {
        double now = clock.millis() / 1000.0;
        if (now >= accepted.expires()) {
            return Refusal.EXPIRED.verdict();
        }
        if (now < accepted.begins()) {
            return Refusal.NOT_YET.verdict();
        }
        if (accepted.lacking()) {
            return Refusal.LACKING.verdict();
        }
        Headers headers = exchange.request().headers();
        for (int i = 0; i < fields.length; i++) {
            String value = accepted.forwarded()[i];
            if (!value.isEmpty()) {
                headers.set(fields[i], value);
            }
        }
        exchange.identity(accepted.identity());
        return Verdict.PASS;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
