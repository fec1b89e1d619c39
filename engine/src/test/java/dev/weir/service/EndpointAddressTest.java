package dev.weir.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.service.EndpointAddress.Scheme;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointAddressTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.11:8080,NONE",
        "http://users:8081,HTTP",
        "https://users:8443,HTTPS",
        "https://[::1]:8443,HTTPS"
    })
    void readsAddresses(String text, Scheme scheme) {
        EndpointAddress address = EndpointAddress.parse(text);
        assertThat(address.scheme()).isEqualTo(scheme);
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://users", "https://users:8443/a", "ftp://users:21", "https://"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> EndpointAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
