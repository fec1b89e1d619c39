package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testkit.Behaviours;
import dev.weir.testkit.ScriptedEndpoint;
import dev.weir.tls.Pki;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// The conformance suite h2spec in its strict form: all of it passes. Its program comes with a Maven plugin, for Linux on x86-64.
class H2SpecTest {
    private static final String PROGRAM = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int CASES = 146;
    private static final int TAR_BLOCK = 512;

    @Test
    void passesEveryCaseInTheClear(@TempDir Path folder) throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        assumeTrue(System.getProperty("os.arch").equals("amd64"));
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.ok("all is well"));
                Gate gate = Gate.openForHttp2(Gate.to(endpoint.address()))) {
            passes(folder, gate.port());
            assertThat(gate.events()).noneMatch(line -> line.contains("internal error"));
        }
    }

    @Test
    void passesEveryCaseOnTls(@TempDir Path folder) throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        assumeTrue(System.getProperty("os.arch").equals("amd64"));
        Pki pki = Pki.in(folder);
        pki.server("site", "shop.example.com");
        try (ScriptedEndpoint endpoint = ScriptedEndpoint.start(Behaviours.ok("all is well"));
                Gate gate =
                        Gate.openWith(Http2TlsTest.listener(pki) + Gate.to(endpoint.address()))) {
            passes(folder, gate.port(), "--tls", "--insecure");
            assertThat(gate.events()).noneMatch(line -> line.contains("internal error"));
        }
    }

    private static void passes(Path folder, int port, String... more) throws Exception {
        Path report = folder.resolve("report.xml");
        Path said = folder.resolve("said.txt");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program(folder).toString(),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                Integer.toString(port),
                                "--strict",
                                "--timeout",
                                "3",
                                "--junit-report",
                                report.toString()));
        command.addAll(List.of(more));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(problems(report)).isEmpty();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    }

    private static List<String> problems(Path report) throws Exception {
        NodeList cases =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getElementsByTagName("testcase");
        assertThat(cases.getLength()).isEqualTo(CASES);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            Element one = (Element) cases.item(i);
            for (String kind : List.of("failure", "error", "skipped")) {
                if (one.getElementsByTagName(kind).getLength() > 0) {
                    problems.add(
                            one.getAttribute("package")
                                    + " "
                                    + one.getAttribute("classname")
                                    + ": "
                                    + one.getTextContent());
                }
            }
        }
        return problems;
    }

    /// The program, unpacked.
    private static Path program(Path folder) throws IOException {
        try (InputStream packed = H2SpecTest.class.getResourceAsStream(PROGRAM)) {
            assertThat(packed).as(PROGRAM).isNotNull();
            DataInputStream tar = new DataInputStream(new GZIPInputStream(packed));
            byte[] header = new byte[TAR_BLOCK];
            while (true) {
                tar.readFully(header);
                String name = text(header, 0, 100);
                long size = Long.parseLong(text(header, 124, 12), 8);
                if (name.endsWith("h2spec")) {
                    Path program = folder.resolve("h2spec");
                    Files.write(program, tar.readNBytes((int) size));
                    assertThat(program.toFile().setExecutable(true)).isTrue();
                    return program;
                }
                tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
            }
        }
    }

    private static String text(byte[] header, int from, int length) {
        String text = new String(header, from, length, StandardCharsets.US_ASCII);
        int end = text.indexOf('\0');
        return (end < 0 ? text : text.substring(0, end)).strip();
    }
}
