package dev.weir.preamble;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    /// What the JDK's client sends first.
    static byte[] hello(String name, String... protocols) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 15);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static ClientHello read(byte[] bytes) {
        return ClientHello.read(Unpooled.wrappedBuffer(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void findsTheServerNameHoweverTheBytesAreCut(String version) throws Exception {
        byte[] bytes = hello("Shop.Example.com", version);
        for (int cut = 0; cut < bytes.length; cut++) {
            assertThat(read(Arrays.copyOf(bytes, cut)))
                    .as("%s bytes", cut)
                    .isEqualTo(ClientHello.INCOMPLETE);
        }
        assertThat(read(bytes)).isEqualTo(new ClientHello.Whole("shop.example.com"));
    }

    @Test
    void seesThatThereIsNoName() throws Exception {
        assertThat(read(hello(""))).isEqualTo(new ClientHello.Whole(""));
    }

    @Test
    void readsAMessageThatIsCutIntoRecords() throws Exception {
        byte[] bytes = hello("a.example.com");
        int body = bytes.length - 5;
        byte[] records = new byte[bytes.length + 5 * 2];
        int at = 0;
        for (int i = 0, from = 0; i < 3; i++) {
            int size = i < 2 ? 70 : body - from;
            System.arraycopy(bytes, 0, records, at, 3);
            records[at + 3] = (byte) (size >> 8);
            records[at + 4] = (byte) size;
            System.arraycopy(bytes, 5 + from, records, at + 5, size);
            at += 5 + size;
            from += size;
        }
        assertThat(read(records)).isEqualTo(new ClientHello.Whole("a.example.com"));
        assertThat(read(Arrays.copyOf(records, 100))).isEqualTo(ClientHello.INCOMPLETE);
    }

    @Test
    void refusesWhatIsNoClientHello() throws Exception {
        assertThat(read("GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isInstanceOf(ClientHello.Malformed.class);
        byte[] bytes = hello("a.example.com");
        assertThat(read(changed(bytes, 5, 2)))
                .as("another message")
                .isInstanceOf(ClientHello.Malformed.class);
        assertThat(read(changed(bytes, 1, 2)))
                .as("SSL 2")
                .isInstanceOf(ClientHello.Malformed.class);
        assertThat(read(changed(bytes, 43, 255)))
                .as("session id too long")
                .isInstanceOf(ClientHello.Malformed.class);
        byte[] empty = bytes.clone();
        empty[3] = empty[4] = 0;
        assertThat(read(empty)).as("empty record").isInstanceOf(ClientHello.Malformed.class);
    }

    /// Whatever single byte is another one, reading ends and says something.
    @Test
    void survivesEveryChangedByte() throws Exception {
        byte[] bytes = hello("a.example.com");
        int found = 0;
        for (int at = 0; at < bytes.length; at++) {
            for (int value : new int[] {0, 1, 127, 255, bytes[at] + 1, bytes[at] - 1}) {
                ClientHello read = read(changed(bytes, at, value));
                found += read.equals(new ClientHello.Whole("a.example.com")) ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(bytes.length);
    }

    @Test
    void refusesOneThatIsTooLong() {
        byte[] bytes = new byte[ClientHello.MOST_BYTES];
        for (int at = 0; at + 5 < bytes.length; at += 5 + 16_000) {
            bytes[at] = 22;
            bytes[at + 1] = 3;
            bytes[at + 3] = (byte) (16_000 >> 8);
            bytes[at + 4] = (byte) 16_000;
        }
        bytes[5] = 1;
        bytes[6] = 1;
        assertThat(read(Arrays.copyOf(bytes, bytes.length - 1))).isEqualTo(ClientHello.INCOMPLETE);
        assertThat(read(bytes)).isInstanceOf(ClientHello.Malformed.class);
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }
}
