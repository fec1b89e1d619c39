package dev.weir.testkit;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// One accepted connection of a {@link ScriptedEndpoint}, served by one virtual thread.
final class EndpointConnection implements Runnable {
    private final ScriptedEndpoint endpoint;
    private final Socket socket;
    private final WireReader in;
    private final int number;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().unstarted(this);

    EndpointConnection(ScriptedEndpoint endpoint, Socket socket, int number) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.in = new WireReader(socket);
        this.number = number;
    }

    Socket socket() {
        return socket;
    }

    WireReader reader() {
        return in;
    }

    /// Opens when somebody else ended this connection.
    CountDownLatch ended() {
        return ended;
    }

    /// Starts the thread that serves this connection. Called once.
    void start(String name) {
        thread.setName(name);
        thread.start();
    }

    /// Waits until the thread of this connection is done, unless it is the one that waits.
    ///
    /// @return false if it is not done in time
    boolean awaitServed(Duration patience) throws InterruptedException {
        return Thread.currentThread().equals(thread) || thread.join(patience);
    }

    /// Called from any thread.
    void end(boolean byReset) {
        try {
            if (byReset) {
                socket.setSoLinger(true, 0);
            }
            ended.countDown();
            socket.close();
        } catch (IOException e) {
            ended.countDown();
            if (!socket.isClosed()) {
                endpoint.failed(e);
            }
        }
    }

    @Override
    public void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            int turn = 1;
            while (serve(turn)) {
                turn++;
            }
        } catch (MalformedMessage e) {
            if (e.againstTheRules()) {
                endpoint.violated("connection " + number + ": " + e.getMessage());
            }
        } catch (ProtocolException e) {
            endpoint.violated("connection " + number + ": " + e.getMessage());
        } catch (IOException e) {
            // The peer, or whoever ended this endpoint, went away: what a connection may always do.
        } catch (RuntimeException | Error e) {
            endpoint.failed(e);
        } finally {
            endpoint.left(this);
        }
    }

    /// @return whether another request may follow
    private boolean serve(int turn) throws IOException {
        Head head = Head.read(in);
        if (head == null) {
            return false;
        }
        String[] line = head.startLine().split(" ", -1);
        if (line.length != 3 || line[0].isEmpty() || line[1].isEmpty() || !isVersion(line[2])) {
            throw new ProtocolException("not a request line: " + Text.shown(head.startLine()));
        }
        Framing framing = Framing.ofRequest(head.lines());
        var request =
                new Request(
                        line[0],
                        line[1],
                        line[2],
                        head.lines(),
                        head.raw(),
                        new ReceivedBody(),
                        number,
                        turn);
        endpoint.arrived(request);
        var wire = new Wire(this, request, framing, endpoint::completed);
        if (framing instanceof Framing.None) {
            wire.readBody();
        }
        endpoint.behaviour().answer(request, wire);
        wire.readBody();
        return !wire.closed() && !request.endsConnection();
    }

    private static boolean isVersion(String text) {
        return text.equals("HTTP/1.1") || text.equals("HTTP/1.0");
    }
}
