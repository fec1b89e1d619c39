package dev.weir.admin;

import dev.weir.schema.HostPort;
import dev.weir.schema.Says;
import dev.weir.schema.Secret;
import dev.weir.schema.Short;
import java.util.List;
import java.util.Optional;

/// Where the admin API listens and who may use it. Immutable.
@Says("Where the admin API listens and who may use it; `off` for nowhere.")
public record AdminConfig(
        @Says("Its address: one that no listener has. `off`: only the socket.") AdminAddress listen,
        @Says(
                        "Its Unix socket, which only this user can open: a path, `auto` for a place where `weir status` finds it, or `off`.")
                AdminSocket socket,
        @Secret
                @Says(
                        "What a client must show as `Authorization: Bearer …`; required where `listen` is not a loopback address, and not asked for on the socket.")
                Optional<String> token,
        @Says(
                        value =
                                "Further names that clients may ask this address by; all others in `Host` are refused, for no foreign web page shall reach it by a name of its own.",
                        example = "[weir.internal]")
                List<String> hosts) {

    public static final HostPort USUAL = new HostPort("127.0.0.1", 9900);

    public static final AdminConfig DEFAULTS =
            new AdminConfig(AdminAddress.at(USUAL), AdminSocket.AUTO, Optional.empty(), List.of());

    public static final AdminConfig OFF =
            new AdminConfig(AdminAddress.off(), AdminSocket.OFF, Optional.empty(), List.of());

    public AdminConfig {
        // An empty variable stands for no token.
        token = token.filter(text -> !text.isEmpty());
        hosts = List.copyOf(hosts);
    }

    /// Whether the token can stand in a header, if there is one.
    public boolean tokenFits() {
        return token.isEmpty() || token.get().chars().allMatch(c -> c > ' ' && c < 127);
    }

    @Short("an address, or `off`")
    public static AdminConfig of(AdminAddress listen) {
        return !listen.on()
                ? OFF
                : new AdminConfig(listen, DEFAULTS.socket, DEFAULTS.token, DEFAULTS.hosts);
    }

    /// Without a socket, on this port of 127.0.0.1; 0 takes a free one.
    public static AdminConfig onPort(int port) {
        return new AdminConfig(
                AdminAddress.at(new HostPort(USUAL.host(), port)),
                AdminSocket.OFF,
                Optional.empty(),
                List.of());
    }

    public AdminConfig withListen(HostPort at) {
        return new AdminConfig(AdminAddress.at(at), socket, token, hosts);
    }

    public AdminConfig withSocket(AdminSocket socket) {
        return new AdminConfig(listen, socket, token, hosts);
    }

    public AdminConfig withToken(String token) {
        return new AdminConfig(listen, socket, Optional.of(token), hosts);
    }

    public AdminConfig withHosts(String... hosts) {
        return new AdminConfig(listen, socket, token, List.of(hosts));
    }

    /// Whether there is anything to start.
    public boolean on() {
        return listen.on() || !socket.equals(AdminSocket.OFF);
    }
}
