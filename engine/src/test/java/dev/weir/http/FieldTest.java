package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names are compared eight bytes at a time; here one by one.
class FieldTest {
    /// Behind a name in the middle of a head, and at the very end of the array.
    private static void isRecognised(String name) {
        Field expected =
                Arrays.stream(Field.values())
                        .filter(field -> field.text().equalsIgnoreCase(name))
                        .findAny()
                        .orElse(null);
        byte[] alone = name.getBytes(StandardCharsets.US_ASCII);
        byte[] among = ("GET\r\n" + name + ": value\r\n").getBytes(StandardCharsets.US_ASCII);
        assertThat(Field.recognise(alone, 0, alone.length)).as(name).isEqualTo(expected);
        assertThat(Field.recognise(among, 5, 5 + alone.length)).as(name).isEqualTo(expected);
        assertThat(Field.recognise(name)).as(name).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void isRecognisedInAnyCase(Field field) {
        String name = field.text();
        isRecognised(name);
        isRecognised(name.toLowerCase(Locale.ROOT));
        isRecognised(name.toUpperCase(Locale.ROOT));
        for (int i = 0; i < name.length(); i++) {
            isRecognised(
                    name.substring(0, i).toUpperCase(Locale.ROOT)
                            + name.substring(i).toLowerCase(Locale.ROOT));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotRecognisedWithAnotherCharacterAnywhere(Field field) {
        String name = field.text();
        for (int i = 0; i < name.length(); i++) {
            for (char other = 0x21; other < 0x7f; other++) {
                if (Ascii.token((byte) other)) {
                    isRecognised(name.substring(0, i) + other + name.substring(i + 1));
                }
            }
            isRecognised(name.substring(0, i) + name.substring(i + 1));
            isRecognised(name.substring(0, i) + "-" + name.substring(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X", "Content\rLength", "Connect\tion", "Kontent-Length"})
    void isNotRecognisedInOtherText(String text) {
        assertThat(Field.recognise(text)).isNull();
    }

    @Test
    void isNotRecognisedInWhatIsLongerThanAnyName() {
        isRecognised("Proxy-Authorization-Proxy-Authorization");
    }
}
