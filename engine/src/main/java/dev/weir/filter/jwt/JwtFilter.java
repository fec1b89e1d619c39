package dev.weir.filter.jwt;

import dev.weir.exchange.Exchange;
import dev.weir.filter.EditableFields;
import dev.weir.filter.Filter;
import dev.weir.filter.FilterSite;
import dev.weir.filter.Foresight;
import dev.weir.filter.Verdict;
import dev.weir.http.Headers;
import dev.weir.runtime.Clock;
import dev.weir.schema.DurationText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets requests with a good token pass and tells their endpoints who calls. Thread-safe; a token's signature is
/// checked on the event loop that carries the request, once, and remembered.
///
/// The fields that tell endpoints are removed from every request before anything else, so nobody can send them
/// from outside.
final class JwtFilter implements Filter {
    private static final int LONGEST = 8 * 1024;
    private static final Checked NO_TOKEN = new Checked.Refused(Refusal.NO_TOKEN);

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
        Checked checked = ask(exchange);
        Refusal why = refusal(checked);
        if (why != null) {
            return why.verdict();
        }
        if (checked instanceof Checked.Accepted accepted) {
            tell(exchange, accepted);
        }
        return Verdict.PASS;
    }

    @Override
    public Foresight foresee(Exchange exchange) {
        Checked checked = ask(exchange);
        Refusal why = refusal(checked);
        List<String> says = new ArrayList<>();
        says.add(why == null ? "the token is good" : why.says());
        if (checked instanceof Checked.Accepted accepted) {
            says.add("its claims: " + String.join(", ", accepted.identity().claims().keySet()));
            says.add(lifetime(accepted));
            if (why == null) {
                tell(exchange, accepted);
            }
        }
        return new Foresight(
                why == null ? Verdict.PASS : why.verdict(), true, says, List.of(fields));
    }

    private String lifetime(Checked.Accepted accepted) {
        double left = accepted.expires() - clock.millis() / 1000.0;
        return Double.isInfinite(left)
                ? "it does not expire"
                : left <= 0
                        ? "it expired " + seconds(-left) + " ago, leeway included"
                        : "it expires in " + seconds(left) + ", leeway included";
    }

    private static String seconds(double seconds) {
        long whole = (long) seconds;
        Duration about =
                whole >= 2 * 3600
                        ? Duration.ofHours(whole / 3600)
                        : whole >= 120 ? Duration.ofMinutes(whole / 60) : Duration.ofSeconds(whole);
        return DurationText.print(about);
    }

    /// Takes the fields that tell endpoints out of the request, and looks at its token.
    private Checked ask(Exchange exchange) {
        Headers headers = exchange.request().headers();
        String token = source.find(exchange.request());
        for (String field : fields) {
            headers.remove(field);
        }
        return token == null ? NO_TOKEN : check(token);
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

    /// What is in the way of a token at this moment, or null.
    private @Nullable Refusal refusal(Checked checked) {
        return switch (checked) {
            case Checked.Refused refused -> refused.why();
            case Checked.Accepted accepted -> {
                double now = clock.millis() / 1000.0;
                yield now >= accepted.expires()
                        ? Refusal.EXPIRED
                        : now < accepted.begins()
                                ? Refusal.NOT_YET
                                : accepted.lacking() ? Refusal.LACKING : null;
            }
        };
    }

    private void tell(Exchange exchange, Checked.Accepted accepted) {
        Headers headers = exchange.request().headers();
        for (int i = 0; i < fields.length; i++) {
            String value = accepted.forwarded()[i];
            if (!value.isEmpty()) {
                headers.set(fields[i], value);
            }
        }
        exchange.identity(accepted.identity());
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
