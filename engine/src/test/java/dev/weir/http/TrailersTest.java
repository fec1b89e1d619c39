package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrailersTest {
    private static String kept(String announced) {
        RequestHead head =
                Wire.read(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: "
                                + announced
                                + "\r\n\r\n");
        Headers trailers = new Headers();
        trailers.add("X-Sum", "1");
        trailers.add("X-Other", "2");
        Trailers.keepAllowed(trailers, head.headers());
        StringBuilder kept = new StringBuilder();
        trailers.forEach((name, value) -> kept.append(name));
        return kept.toString();
    }

    @Test
    void keepsWhatIsAnnouncedHoweverTheListIsSpaced() {
        assertThat(kept("X-Sum")).isEqualTo("X-Sum");
        assertThat(kept("x-sum\t ,X-OTHER")).isEqualTo("X-SumX-Other");
        assertThat(kept("X-Sum X-Other")).isEmpty();
    }

    @Test
    void keepsNothingThatWasTakenOutOfTheHead() {
        RequestHead head =
                Wire.read(
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                                + "Trailer: X-Summary,x-SUM ,X-Other, X-Sum\r\n\r\n");
        head.headers().remove("X-Sum");
        assertThat(head.headers().announcedTrailers().split("[, ]+"))
                .containsExactly("X-Summary", "X-Other");
    }

    @Test
    void readsALongAnnouncementInNoTime() {
        String blanks = "a" + " ".repeat(30_000) + "b, X-Sum";
        long before = System.nanoTime();
        assertThat(kept(blanks)).isEqualTo("X-Sum");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(100));
    }
}
