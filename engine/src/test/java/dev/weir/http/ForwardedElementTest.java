package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedElementTest {
    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "203.0.113.7:4711, 203.0.113.7",
        "203.0.113.7:_hidden, 203.0.113.7",
        "2001:db8::1, 2001:db8::1",
        "[2001:db8::1], 2001:db8::1",
        "[2001:db8::1]:4711, 2001:db8::1",
        "::ffff:203.0.113.7, 203.0.113.7",
        "0.0.0.0, 0.0.0.0",
    })
    void readsAddresses(String text, String address) {
        assertThat(ForwardedElement.address(text)).isEqualTo(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "_hidden",
                "1",
                "10.1",
                "010.0.0.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "1.2.3.4:",
                "1.2.3.4:x",
                "1.2.3.4:123456",
                "[1.2.3.4]",
                "[::1",
                "[::1]evil",
                "[::1]:",
                "[]",
                "::1%eth0",
                "1:2",
            })
    void takesNothingElseForAnAddress(String text) {
        assertThat(ForwardedElement.address(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=a;proto=http | a",
                "proto=http; FOR=\"[::1]:80\" | [::1]:80",
                "host=\"x;for=b;\";for=a | a",
                "host=\"x;for=b\" | ~~",
                "for=a;for=b | ~~",
                "for=a;x=\" | ~~",
                "x=\"a;for=b | ~~",
                "for=a;x=\"\\\"\" | ~~",
                "proto=http | ~~",
            })
    void findsWhoIsNamedByAnElement(String element, String named) {
        assertThat(ForwardedElement.forAddress(element)).isEqualTo(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"for=a, for=b | 5", "for=a;host=\"x,y\" | -1", "x=\", for=\"b\" | 3"})
    void partsElementsOutsideQuotesFromTheRight(String line, int separator) {
        int found = ForwardedElement.lastSeparator(line, line.length(), ',');
        assertThat(found).isEqualTo(separator);
    }
}
