package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final String TOLD = "weir.terminals";

    @AfterEach
    void forget() {
        System.clearProperty(TOLD);
    }

    @Test
    void coloursOnlyTheStreamThatIsATerminal() {
        System.setProperty(TOLD, "in,err,");

        Terminal terminal = Terminal.detect(Map.of("TERM", "xterm")::get);

        assertThat(terminal).isEqualTo(new Terminal(true, false, true, true));
        assertThat(terminal.colourErr()).isTrue();
        assertThat(terminal.colourOut()).isFalse();
    }

    @Test
    void usesNoColourWhenAskedNotTo() {
        System.setProperty(TOLD, "in,out,err,");

        assertThat(Terminal.detect(Map.of("NO_COLOR", "1")::get).colourOut()).isFalse();
        assertThat(Terminal.detect(Map.of("TERM", "dumb")::get).colourOut()).isFalse();
        assertThat(Terminal.detect(Map.of("NO_COLOR", "")::get).colourOut()).isTrue();
    }

    @Test
    void takesAPipeForNoTerminal() {
        System.setProperty(TOLD, "");

        assertThat(Terminal.detect(name -> null))
                .isEqualTo(new Terminal(false, false, false, true));
    }
}
