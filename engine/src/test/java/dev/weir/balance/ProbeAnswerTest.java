package dev.weir.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeAnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rif=12, latency=8.4 | 12 | 8400000",
                "rif=0,latency=0 | 0 | 0",
                "latency=250, rif=3 | 3 | 250000000",
                "rif=3 | 3 | -1",
                "rif=3;unit=requests, latency=1.5;unit=ms | 3 | 1500000",
                "cores=8, rif=3, zone=\"a,b\\\"c\", busy, share=?0, latency=0.001 | 3 | 1000",
                "rif=1, rif=2 | 2 | -1"
            })
    void isReadAsADictionaryOfStructuredFields(String value, int inFlight, long latencyNanos) {
        assertThat(ProbeAnswer.parse(value)).isEqualTo(new ProbeAnswer(inFlight, latencyNanos));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "12",
                "latency=8.4",
                "rif",
                "rif=",
                "rif=-1",
                "rif=1.0",
                "rif=1e3",
                "rif=+1",
                "rif=\"1\"",
                "rif=1000000001",
                "rif=9999999999999999999999",
                "RIF=1",
                "rif=1, latency=-1",
                "rif=1, latency=1.2345",
                "rif=1, latency=.5",
                "rif=1, latency=5.",
                "rif=1, latency=NaN",
                "rif=1, latency=86400001",
                "rif=1,",
                ", rif=1",
                "rif=1,, latency=2",
                "rif=1 latency=2"
            })
    void isNoneIfItIsNoSuchDictionary(String value) {
        assertThat(ProbeAnswer.parse(value)).isNull();
    }
}
