package dev.weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    private static final int RECORD_AND_MESSAGE_HEAD = 5 + 4;

    /// What a client of the JDK says first, behind the heads of record and message.
    private static byte[] said(SSLParameters parameters) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        out.flip().position(RECORD_AND_MESSAGE_HEAD);
        byte[] body = new byte[out.remaining()];
        out.get(body);
        return body;
    }

    private static ClientHello parsed(byte[] body) {
        ByteBuf buffer = Unpooled.wrappedBuffer(body);
        try {
            return ClientHello.parse(buffer);
        } finally {
            buffer.release();
        }
    }

    @Test
    void findsTheNameAndTheProtocols() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("Shop.Example.com")));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});

        ClientHello hello = parsed(said(parameters));

        assertThat(hello.serverName()).isEqualTo("shop.example.com");
        assertThat(hello.protocols()).containsExactly("h2", "http/1.1");
    }

    @Test
    void findsWhatTheClientCanVerify() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setSignatureSchemes(
                new String[] {"rsa_pss_rsae_sha256", "ecdsa_secp384r1_sha384"});

        ClientHello hello = parsed(said(parameters));

        assertThat(hello.verifies(CertifiedKey.Kind.RSA)).isTrue();
        assertThat(hello.verifies(CertifiedKey.Kind.EC_256)).isFalse();
        assertThat(hello.verifies(CertifiedKey.Kind.EC_384)).isTrue();
    }

    @Test
    void findsTheSuitesAndVersions() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setCipherSuites(
                new String[] {
                    CipherSuite.RSA_AES_256_CBC.iana(), CipherSuite.ECDSA_AES_128_GCM.iana()
                });

        ClientHello hello = parsed(said(parameters));

        for (CipherSuite suite : CipherSuite.values()) {
            assertThat(hello.has(suite))
                    .as(suite.iana())
                    .isEqualTo(
                            suite == CipherSuite.RSA_AES_256_CBC
                                    || suite == CipherSuite.ECDSA_AES_128_GCM);
        }
        assertThat(hello.tls13()).isFalse();
        assertThat(parsed(said(new SSLParameters())).tls13()).isTrue();
    }

    @Test
    void takesWhateverComes() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("shop.example.com")));
        byte[] good = said(parameters);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int change = random.nextInt(4); change > 0 && bad.length > 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            assertThat(parsed(bad)).as("seed %d, round %d", seed, i).isNotNull();
        }
    }
}
