package dev.weir.cli;

import dev.weir.observe.Events;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Tells systemd how the service does (`sd_notify(3)`): each notice is one datagram of lines `KEY=value` to the Unix socket that
/// NOTIFY_SOCKET names. Podman, s6 and others understand the same. Without that variable there is none of this, and no class of Netty's
/// is loaded for it.
///
/// A notice that cannot be sent is said once and changes nothing: the gateway serves all the same.
///
/// Thread-safe.
final class Systemd implements Supervisor {
    /// Beyond what a drain may take: closing what is cut.
    private static final Duration CLOSING = Duration.ofSeconds(10);

    /// A process that has taken over from another says that it is the service now.
    private final String ready;

    private final byte[] socket;
    private final Duration watchdog;
    private final Events events;
    private boolean failed;
    private boolean handedOver;

    /// @param ready what says that it serves, with a line end
    /// @param socket a path, or the name of an abstract socket behind a zero
    /// @param watchdog within what time systemd wants to hear of it again and again; zero if it does not
    private Systemd(String ready, byte[] socket, Duration watchdog, Events events) {
        this.ready = ready;
        this.socket = socket;
        this.watchdog = watchdog;
        this.events = events;
    }

    /// Whoever started this process and wants to know.
    ///
    /// @param environment the value of a variable, or null if it is not set: `System::getenv`
    static Supervisor of(UnaryOperator<@Nullable String> environment, Events events) {
        String name = environment.apply("NOTIFY_SOCKET");
        if (name == null || name.isEmpty()) {
            return NONE;
        }
        if (!name.startsWith("/") && !name.startsWith("@")) {
            events.say("systemd  NOTIFY_SOCKET is neither a path nor an abstract socket: " + name);
            return NONE;
        }
        if (!Epoll.isAvailable()) {
            events.say(
                    "systemd  hears nothing: no Unix sockets here: " + Epoll.unavailabilityCause());
            return NONE;
        }
        String path = name.startsWith("@") ? "\0" + name.substring(1) : name;
        String ready =
                environment.apply(TakeOver.VARIABLE) == null
                        ? "READY=1\n"
                        : "READY=1\nMAINPID=" + ProcessHandle.current().pid() + "\n";
        return new Systemd(
                ready, path.getBytes(StandardCharsets.UTF_8), watchdog(environment), events);
    }

    /// WATCHDOG_USEC, unless it is meant for another process.
    private static Duration watchdog(UnaryOperator<@Nullable String> environment) {
        String micros = environment.apply("WATCHDOG_USEC");
        String pid = environment.apply("WATCHDOG_PID");
        boolean mine = pid == null || pid.equals(Long.toString(ProcessHandle.current().pid()));
        return mine && micros != null && micros.matches("[0-9]{1,18}")
                ? Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1_000L))
                : Duration.ZERO;
    }

    @Override
    public void ready(String status) {
        send(ready + "STATUS=" + oneLine(status));
    }

    /// With the time, as `Type=notify-reload` wants it: the JVM's nanosecond clock is CLOCK_MONOTONIC on Linux.
    @Override
    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1_000);
    }

    /// Asks for the time that it may take, so that `TimeoutStopSec` need not be known here.
    @Override
    public void stopping(String status, Duration most) {
        send(
                "STOPPING=1\nSTATUS="
                        + oneLine(status)
                        + "\nEXTEND_TIMEOUT_USEC="
                        + most.plus(CLOSING).toNanos() / 1_000);
    }

    /// From now on systemd takes the other process for the service, and would take what this one says of its end for the service's.
    @Override
    public synchronized void handedOver(long pid) {
        send("MAINPID=" + pid);
        handedOver = true;
    }

    /// Twice in the time that systemd gives, and not while the process does not do its work: then systemd ends it.
    @Override
    public void watch(Predicate<Duration> answers) {
        if (watchdog.isPositive()) {
            Thread.ofPlatform()
                    .daemon()
                    .name("weir-watchdog")
                    .start(() -> feed(answers, watchdog.dividedBy(2)));
        }
    }

    private void feed(Predicate<Duration> answers, Duration every) {
        boolean answered = true;
        while (!Thread.interrupted()) {
            long began = System.nanoTime();
            if (answers.test(every)) {
                send("WATCHDOG=1");
                answered = true;
            } else if (answered) {
                answered = false;
                events.say(
                        "systemd  watchdog: the gateway does not answer within "
                                + every.toMillis()
                                + " ms; if that goes on, systemd ends the process");
            }
            LockSupport.parkNanos(this, began + every.toNanos() - System.nanoTime());
        }
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    private synchronized void send(String notice) {
        if (handedOver) {
            return;
        }
        byte[] bytes = notice.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        try {
            Socket from = Socket.newSocketDomainDgram();
            try {
                if (from.sendToDomainSocket(buffer, 0, bytes.length, socket) != bytes.length) {
                    throw new IOException("its socket is full");
                }
                failed = false;
            } finally {
                from.close();
            }
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                events.say(
                        "systemd  could not be told "
                                + notice.lines().findFirst().orElse("")
                                + ": "
                                + e.getMessage());
            }
        }
    }
}
