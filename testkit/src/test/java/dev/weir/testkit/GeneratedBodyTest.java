package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GeneratedBodyTest {
    @Test
    void writesTheBytesItsDigestSays() throws IOException {
        var body = new GeneratedBody(200_000);
        var out = new ByteArrayOutputStream();
        body.writeTo(out);
        assertThat(out.size()).isEqualTo(200_000);
        assertThat(HexFormat.of().formatHex(Digests.sha256().digest(out.toByteArray())))
                .isEqualTo(body.sha256());
    }

    @Test
    void makesEveryBlockDifferent() throws IOException {
        var out = new ByteArrayOutputStream();
        new GeneratedBody(3 * 65_536).writeTo(out);
        byte[] bytes = out.toByteArray();
        byte[] first = Arrays.copyOfRange(bytes, 0, 65_536);
        byte[] second = Arrays.copyOfRange(bytes, 65_536, 2 * 65_536);
        byte[] third = Arrays.copyOfRange(bytes, 2 * 65_536, 3 * 65_536);
        assertThat(first).isNotEqualTo(second);
        assertThat(second).isNotEqualTo(third);
    }
}
