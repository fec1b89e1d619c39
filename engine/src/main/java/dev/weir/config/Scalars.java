package dev.weir.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.discover.DnsName;
import dev.weir.http.IpRange;
import dev.weir.schema.ByteSize;
import dev.weir.schema.DurationText;
import dev.weir.schema.HostPort;
import dev.weir.schema.Percent;
import dev.weir.schema.Rate;
import dev.weir.service.EndpointAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The types of settings that are one text or number. Thread-safe.
final class Scalars {
    private static final ScalarShape<String> TEXT =
            new ScalarShape<>(
                    "text",
                    "a text",
                    Function.identity(),
                    Function.identity(),
                    Map.of("type", List.of("string", "number", "boolean")),
                    true);

    private static final ScalarShape<Long> LONG = number(Scalars::whole, "a whole number");

    private static final ScalarShape<Integer> INT =
            number(
                    text -> {
                        long number = whole(text);
                        if (number != (int) number) {
                            throw new IllegalArgumentException("is too large");
                        }
                        return (int) number;
                    },
                    "a whole number");

    private static final ScalarShape<Double> DECIMAL =
            new ScalarShape<>(
                    "decimal number",
                    "a number, such as 1 or 1.5",
                    Scalars::decimal,
                    number ->
                            number == Math.rint(number)
                                    ? String.valueOf(number.longValue())
                                    : String.valueOf(number),
                    Map.of("type", "number"),
                    false);

    private static final ScalarShape<Boolean> BOOLEAN =
            new ScalarShape<>(
                    "true or false",
                    "true or false",
                    Scalars::truth,
                    String::valueOf,
                    Map.of("type", "boolean"),
                    false);

    private static final ScalarShape<Duration> DURATION =
            new ScalarShape<>(
                    "duration",
                    "a duration, such as 500ms, 2s, 1m or 1h",
                    DurationText::parse,
                    DurationText::print,
                    pattern("^[0-9]+(ns|us|ms|s|m|h|d)$"),
                    false);

    private static final ScalarShape<ByteSize> SIZE =
            new ScalarShape<>(
                    "size",
                    "a size, such as 512B, 64KiB or 10MiB",
                    ByteSize::parse,
                    ByteSize::toString,
                    pattern("^[0-9]+(B|KiB|MiB|GiB)$"),
                    false);

    private static final ScalarShape<Rate> RATE =
            new ScalarShape<>(
                    "rate",
                    "a rate, such as 100/s, 20/m or 1000/h",
                    Rate::parse,
                    Rate::toString,
                    pattern("^[0-9]+/([0-9]+(ns|us|ms))?([0-9]*[smhd])?$"),
                    false);

    private static final ScalarShape<Percent> PERCENT =
            new ScalarShape<>(
                    "percentage",
                    "a percentage, such as 20%",
                    Percent::parse,
                    Percent::toString,
                    pattern("^[0-9]+(\\.[0-9]{1,2})?%$"),
                    false);

    private static final ScalarShape<HostPort> ADDRESS =
            new ScalarShape<>(
                    "address",
                    "an address with a port, such as 10.0.0.11:8080",
                    HostPort::parse,
                    HostPort::toString,
                    Map.of(
                            "anyOf",
                            List.of(
                                    Map.of("type", "integer", "minimum", 0, "maximum", 65_535),
                                    pattern("^([^/]*:)?[0-9]{1,5}$"))),
                    false);

    private static final ScalarShape<EndpointAddress> ENDPOINT =
            new ScalarShape<>(
                    "address",
                    "an address with a port, such as 10.0.0.11:8080",
                    EndpointAddress::parse,
                    EndpointAddress::toString,
                    Map.of(
                            "anyOf",
                            List.of(
                                    Map.of("type", "integer", "minimum", 0, "maximum", 65_535),
                                    pattern("^(https?://)?([^/]*:)?[0-9]{1,5}$"))),
                    false);

    private static final ScalarShape<DnsName> DNS_NAME =
            new ScalarShape<>(
                    "DNS name",
                    "a name with a port, such as pages.internal:8080, or that of an SRV record",
                    DnsName::parse,
                    DnsName::toString,
                    pattern("^([^/:]+:[0-9]{1,5}|_[^/:]+)$"),
                    false);

    private static final ScalarShape<IpRange> RANGE =
            new ScalarShape<>(
                    "address range",
                    "an IP address or a range, such as 10.0.0.0/8",
                    Scalars::range,
                    IpRange::toString,
                    pattern("^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"),
                    false);

    private static final ScalarShape<Pattern> REGEX =
            new ScalarShape<>(
                    "regular expression",
                    "a regular expression in RE2 syntax, such as /v[0-9]+/.*",
                    Scalars::regex,
                    Pattern::pattern,
                    Map.of("type", "string"),
                    true);

    private static final Map<Class<?>, ScalarShape<?>> ALL =
            Map.ofEntries(
                    Map.entry(String.class, TEXT),
                    Map.entry(int.class, INT),
                    Map.entry(Integer.class, INT),
                    Map.entry(long.class, LONG),
                    Map.entry(Long.class, LONG),
                    Map.entry(double.class, DECIMAL),
                    Map.entry(boolean.class, BOOLEAN),
                    Map.entry(Duration.class, DURATION),
                    Map.entry(ByteSize.class, SIZE),
                    Map.entry(Rate.class, RATE),
                    Map.entry(Percent.class, PERCENT),
                    Map.entry(HostPort.class, ADDRESS),
                    Map.entry(DnsName.class, DNS_NAME),
                    Map.entry(EndpointAddress.class, ENDPOINT),
                    Map.entry(IpRange.class, RANGE),
                    Map.entry(Pattern.class, REGEX));

    private Scalars() {}

    static @Nullable Shape<?> of(Class<?> type) {
        return ALL.get(type);
    }

    private static <N extends Number> ScalarShape<N> number(
            Function<String, N> parse, String expects) {
        return new ScalarShape<>(
                "number", expects, parse, String::valueOf, Map.of("type", "integer"), false);
    }

    private static Map<String, Object> pattern(String regex) {
        return Map.of("type", "string", "pattern", regex);
    }

    private static long whole(String text) {
        if (!text.matches("-?[0-9]+")) {
            throw new IllegalArgumentException(
                    text.matches("-?[0-9]*\\.[0-9]+")
                            ? "is not a whole number"
                            : "is not a number");
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is too large", e);
        }
    }

    private static double decimal(String text) {
        if (!text.matches("-?[0-9]{1,15}(\\.[0-9]{1,15})?")) {
            throw new IllegalArgumentException("is not a number");
        }
        return Double.parseDouble(text);
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            case "yes", "on", "Yes", "On", "True", "TRUE" ->
                    throw new IllegalArgumentException(
                            "is neither true nor false. Did you mean true?");
            case "no", "off", "No", "Off", "False", "FALSE" ->
                    throw new IllegalArgumentException(
                            "is neither true nor false. Did you mean false?");
            default -> throw new IllegalArgumentException("is neither true nor false");
        };
    }

    private static IpRange range(String text) {
        try {
            return IpRange.parse(text);
        } catch (IllegalArgumentException e) {
            String why = e.getMessage() == null ? "" : e.getMessage();
            throw new IllegalArgumentException(
                    why.startsWith("not an IP address")
                            ? "is not an IP address"
                            : "is not a range: " + why,
                    e);
        }
    }

    private static Pattern regex(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "is not a regular expression: " + e.getDescription(), e);
        }
    }
}
