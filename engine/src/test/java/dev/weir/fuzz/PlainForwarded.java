package dev.weir.fuzz;

import dev.weir.http.ForwardedFields;
import dev.weir.http.IpRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who the client is, and what endpoints hear of it, the plain way. Source: RFC 7239 §4, §6, and what `Provenance` says.
final class PlainForwarded {
    private static final int MOST_PROXIES = 32;
    private static final String CLAIMS = "(?i)x-forwarded-.*|x-real-ip|forwarded|x-request-id";

    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";

    /// The last element of a list whose elements hold commas only within quotes.
    private static final Pattern LAST_ELEMENT =
            Pattern.compile("(?s)(?:^|,)((?:[^\",]|" + QUOTED + ")*+)$");

    private static final Pattern PAIR =
            Pattern.compile("(?s)\\G((?:[^\";]|" + QUOTED + ")*+)(;|$)");
    private static final Pattern FOR =
            Pattern.compile("(?is)for=\\s*(?:\"(?<quoted>[^\"\\\\]*)\"|(?<bare>[^\"\\\\]*))");

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String PORT = "(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?";
    private static final Pattern IPV4 =
            Pattern.compile("((?:" + OCTET + "\\.){3}" + OCTET + ")" + PORT);
    private static final Pattern IPV6 =
            Pattern.compile(
                    "(?:\\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\\]"
                            + PORT
                            + "|([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*))");

    private final List<IpRange> trusted;
    private final InetAddress peer;
    private final boolean peerTrusted;

    PlainForwarded(List<IpRange> trusted, InetAddress peer) {
        this.trusted = trusted;
        this.peer = peer;
        this.peerTrusted = trusts(peer);
    }

    private boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    /// Walks from the right to the first that is not trusted, and stops where nothing can be read.
    InetAddress client(List<PlainHead.Field> fields) {
        if (!peerTrusted) {
            return peer;
        }
        List<String> usual = PlainHead.values(fields, "x-forwarded-for");
        List<String> standard = PlainHead.values(fields, "forwarded");
        List<Optional<InetAddress>> chain = new ArrayList<>();
        for (String line : (usual.isEmpty() ? standard : usual).reversed()) {
            chain.addAll(usual.isEmpty() ? forwarded(line) : xForwardedFor(line));
        }
        InetAddress client = peer;
        for (Optional<InetAddress> address :
                chain.subList(0, Math.min(MOST_PROXIES, chain.size()))) {
            if (address.isEmpty()) {
                return client;
            }
            client = address.get();
            if (!trusts(client)) {
                return client;
            }
        }
        return client;
    }

    private static List<Optional<InetAddress>> xForwardedFor(String line) {
        return List.of(line.split(",", -1)).reversed().stream()
                .map(part -> address(part.strip()))
                .toList();
    }

    private static List<Optional<InetAddress>> forwarded(String line) {
        List<Optional<InetAddress>> chain = new ArrayList<>();
        String rest = line;
        while (true) {
            Matcher last = LAST_ELEMENT.matcher(rest);
            if (!last.find()) {
                chain.add(Optional.empty());
                return chain;
            }
            chain.add(element(last.group(1)));
            if (last.start() == 0 && !last.group().startsWith(",")) {
                return chain;
            }
            rest = rest.substring(0, last.start());
        }
    }

    /// The address of an element that names one, once. One with a backslash is not believed.
    private static Optional<InetAddress> element(String element) {
        if (element.contains("\\")) {
            return Optional.empty();
        }
        List<String> named = new ArrayList<>();
        Matcher pair = PAIR.matcher(element);
        while (pair.find()) {
            String text = pair.group(1).strip();
            if (text.toLowerCase(Locale.ROOT).startsWith("for=")) {
                named.add(text);
            }
        }
        if (named.size() != 1) {
            return Optional.empty();
        }
        Matcher value = FOR.matcher(named.getFirst());
        if (!value.matches()) {
            return Optional.empty();
        }
        return address(value.group("quoted") == null ? value.group("bare") : value.group("quoted"));
    }

    private static Optional<InetAddress> address(String text) {
        Matcher four = IPV4.matcher(text);
        if (four.matches()) {
            return Optional.of(InetAddress.ofLiteral(four.group(1)));
        }
        Matcher six = IPV6.matcher(text);
        if (!six.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    InetAddress.ofLiteral(six.group(1) == null ? six.group(2) : six.group(1)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The fields that an endpoint gets, but for the request's id.
    List<String> written(
            List<PlainHead.Field> fields, String authority, boolean tls, ForwardedFields how) {
        boolean usual = how == ForwardedFields.X_FORWARDED || how == ForwardedFields.BOTH;
        boolean standard = how == ForwardedFields.FORWARDED || how == ForwardedFields.BOTH;
        List<PlainHead.Field> onward = new ArrayList<>(fields);
        if (!peerTrusted) {
            onward.removeIf(field -> field.name().matches(CLAIMS));
        }
        onward.removeIf(field -> field.is("x-request-id"));
        if (usual) {
            extend(onward, "X-Forwarded-For", peer.getHostAddress());
            addMissing(onward, "X-Forwarded-Proto", tls ? "https" : "http");
            addMissing(onward, "X-Forwarded-Host", authority);
        }
        if (standard) {
            String address = peer.getHostAddress();
            String node = address.contains(":") ? "\"[" + address + "]\"" : address;
            extend(
                    onward,
                    "Forwarded",
                    "for=%s;host=\"%s\";proto=%s"
                            .formatted(node, authority, tls ? "https" : "http"));
        }
        onward.add(new PlainHead.Field("Via", "1.1 weir"));
        return onward.stream().map(PlainHead.Field::toString).sorted().toList();
    }

    private static void extend(List<PlainHead.Field> fields, String name, String ours) {
        String lower = name.toLowerCase(Locale.ROOT);
        String before = String.join(", ", PlainHead.values(fields, lower));
        fields.removeIf(field -> field.is(lower));
        fields.add(new PlainHead.Field(name, before.isEmpty() ? ours : before + ", " + ours));
    }

    private static void addMissing(List<PlainHead.Field> fields, String name, String value) {
        if (fields.stream().noneMatch(field -> field.is(name.toLowerCase(Locale.ROOT)))) {
            fields.add(new PlainHead.Field(name, value));
        }
    }
}
