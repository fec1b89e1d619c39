package dev.weir.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void escapesWhatMustNotStandInAString() {
        assertThat(Json.quote("a\"b\\c\n\r\t\u0000\u001f\u007f\u009f/\u00e4"))
                .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f\\u007f\\u009f/\u00e4\"");
    }

    @Test
    void isReadBackToTheLetter() throws Exception {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x300; c++) {
            all.append(c);
        }
        StringBuilder out = new StringBuilder("{\"v\":");
        Json.quote(all.toString(), out);

        assertThat(JSONObjectUtils.parse(out.append('}').toString()))
                .containsEntry("v", all.toString());
    }
}
