package dev.weir.preamble;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyReaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "c0000201 c6336402 dea8 01bb";
    private static final Ends ENDS = ends("192.0.2.1", 57000, "198.51.100.2", 443);

    private static Ends ends(String source, int from, String destination, int to) {
        return new Ends(
                new InetSocketAddress(source, from), new InetSocketAddress(destination, to));
    }

    private static ProxyHeader text(String text) {
        return ProxyReader.read(Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1)));
    }

    private static ProxyHeader binary(String hex) {
        return ProxyReader.read(
                Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void readsTheLineOfVersionOne() {
        assertThat(text("PROXY TCP4 192.0.2.1 198.51.100.2 57000 443\r\nGET / HTTP/1.1"))
                .isEqualTo(new ProxyHeader.Whole(45, ENDS));
        assertThat(text("PROXY TCP6 2001:db8::1 ::ffff:198.51.100.2 0 65535\r\n"))
                .isEqualTo(
                        new ProxyHeader.Whole(52, ends("2001:db8::1", 0, "198.51.100.2", 65535)));
        assertThat(text("PROXY UNKNOWN\r\n")).isEqualTo(new ProxyHeader.Whole(15, null));
        assertThat(text("PROXY UNKNOWN ffff::1 what ever\r\n"))
                .isEqualTo(new ProxyHeader.Whole(33, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.2 57000 443\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 57000 443\r\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 57000\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 57000 443 \r\n",
                "PROXY  TCP4 192.0.2.1 198.51.100.2 57000 443\r\n",
                "PROXY TCP4  192.0.2.1 198.51.100.2 57000 443\r\n",
                "PROXY tcp4 192.0.2.1 198.51.100.2 57000 443\r\n",
                "PROXY TCP5 192.0.2.1 198.51.100.2 57000 443\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY TCP4 192.0.2.01 198.51.100.2 57000 443\r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.2 57000 443\r\n",
                "PROXY TCP4 192.0.513 198.51.100.2 57000 443\r\n",
                "PROXY TCP4 2001:db8::1 198.51.100.2 57000 443\r\n",
                "PROXY TCP6 192.0.2.1 2001:db8::1 57000 443\r\n",
                "PROXY TCP6 2001:db8::1%eth0 2001:db8::1 57000 443\r\n",
                "PROXY TCP6 :::1 2001:db8::1 57000 443\r\n",
                "PROXY TCP4 localhost 198.51.100.2 57000 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 057 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 +57 443\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.2 57000 -1\r\n",
            })
    void refusesALineThatBreaksARule(String line) {
        assertThat(text(line)).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void refusesALineOfMoreThan107Bytes() {
        assertThat(text("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"))
                .isEqualTo(new ProxyHeader.Whole(107, null));
        assertThat(text("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"))
                .isInstanceOf(ProxyHeader.Malformed.class);
        assertThat(text("PROXY UNKNOWN " + "x".repeat(92))).isEqualTo(ProxyHeader.INCOMPLETE);
        assertThat(text("PROXY UNKNOWN " + "x".repeat(93)))
                .isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void readsTheBytesOfVersionTwo() {
        assertThat(binary(SIGNATURE + "21 11 000c" + V4 + "474554"))
                .isEqualTo(new ProxyHeader.Whole(28, ENDS));
        assertThat(
                        binary(
                                SIGNATURE
                                        + "21 21 0024 20010db8000000000000000000000001"
                                        + "20010db8000000000000000000000002 0001 ffff"))
                .isEqualTo(new ProxyHeader.Whole(52, ends("2001:db8::1", 1, "2001:db8::2", 65535)));
    }

    @Test
    void takesTheRealAddressWhereTheHeaderSpeaksForNobody() {
        assertThat(binary(SIGNATURE + "20 00 0000")).isEqualTo(new ProxyHeader.Whole(16, null));
        assertThat(binary(SIGNATURE + "20 11 000c" + V4))
                .as("LOCAL")
                .isEqualTo(new ProxyHeader.Whole(28, null));
        assertThat(binary(SIGNATURE + "20 ff 0001 00"))
                .as("LOCAL, whatever follows")
                .isEqualTo(new ProxyHeader.Whole(17, null));
        assertThat(binary(SIGNATURE + "21 00 0003 010203"))
                .as("UNSPEC")
                .isEqualTo(new ProxyHeader.Whole(19, null));
        assertThat(binary(SIGNATURE + "21 31 00d8" + "00".repeat(216)))
                .as("UNIX")
                .isEqualTo(new ProxyHeader.Whole(232, null));
    }

    @Test
    void skipsExtensionsAndChecksTheChecksum() {
        String before = SIGNATURE + "21 11 0017" + V4 + "04 0001 00" + "03 0004";
        assertThat(binary(before + "80c7a5f5")).isInstanceOf(ProxyHeader.Malformed.class);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(HexFormat.of().parseHex((before + "00000000").replace(" ", "")));
        assertThat(binary(before + HexFormat.of().toHexDigits((int) crc.getValue())))
                .isEqualTo(new ProxyHeader.Whole(39, ENDS));
        assertThat(binary(SIGNATURE + "21 11 0011" + V4 + "ea 0002 4142"))
                .isEqualTo(new ProxyHeader.Whole(33, ENDS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c" + V4,
                "22 11 000c" + V4,
                "21 12 000c" + V4,
                "21 13 000c" + V4,
                "21 41 000c" + V4,
                "21 11 000b" + V4,
                "21 21 000c" + V4,
                "21 11 000d" + V4 + "04",
                "21 11 000e" + V4 + "0400",
                "21 11 0010" + V4 + "04000200",
                "21 11 0011" + V4 + "0300024142",
                "21 11 1000" + V4,
            })
    void refusesBytesThatBreakARule(String hex) {
        assertThat(binary(SIGNATURE + hex)).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "POST / HTTP/1.1",
                "PROX",
                "PROXYSERVER",
                "\r\n\r\nGET",
                "x"
            })
    void tellsOtherBytesFromAHeader(String text) {
        assertThat(text(text))
                .isEqualTo(text.equals("PROX") ? ProxyHeader.INCOMPLETE : ProxyHeader.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatIsWrittenHoweverItIsCut(ProxyVersion version) {
        for (Ends ends :
                new Ends[] {
                    ENDS,
                    ends("2001:db8::1", 1, "fe80::2", 65535),
                    ends("192.0.2.1", 1, "2001:db8::2", 2),
                    ends("2001:db8::2", 1, "192.0.2.1", 2)
                }) {
            byte[] header = version.header(ends);
            for (int cut = 0; cut < header.length; cut++) {
                assertThat(ProxyReader.read(Unpooled.wrappedBuffer(header, 0, cut)))
                        .isEqualTo(ProxyHeader.INCOMPLETE);
            }
            ByteBuf whole = Unpooled.wrappedBuffer(header, new byte[] {'x'});
            assertThat(ProxyReader.read(whole))
                    .isEqualTo(new ProxyHeader.Whole(header.length, ends));
            assertThat(whole.readableBytes()).isEqualTo(header.length + 1);
        }
    }
}
