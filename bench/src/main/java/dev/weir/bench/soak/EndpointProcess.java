package dev.weir.bench.soak;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The program of an endpoint that can really be killed: an [EndpointServer] whose log are lines on standard
/// output, one write each, so that a kill loses none. Obeys `healthy` and `unhealthy` on standard input and ends with
/// it, so that it never outlives who started it.
final class EndpointProcess {
    private EndpointProcess() {}

    /// @param arguments name and port
    public static void main(String[] arguments) throws IOException {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        EndpointServer server =
                EndpointServer.start(
                        arguments[0], Integer.parseInt(arguments[1]), new LineLog(out));
        out.write(Body.latin1("port " + server.port() + "\n"));
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                server.healthy(line.equals("healthy"));
            }
        }
        server.close();
    }

    /// Lines that [ChildEndpoint] reads.
    private record LineLog(OutputStream out) implements EndpointLog {
        @Override
        public void received(String endpoint, String id, String method, long nanos) {
            write("received " + nanos + " " + id + " " + method);
        }

        @Override
        public void read(String endpoint, String id, long length, String sha256, boolean whole) {
            write("read " + id + " " + (whole ? length + " " + sha256 : "cut"));
        }

        @Override
        public void checked(String endpoint, boolean good, long nanos) {
            write("checked " + nanos + " " + (good ? "good" : "bad"));
        }

        private void write(String line) {
            try {
                out.write(Body.latin1(line + "\n"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
