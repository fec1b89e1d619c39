package dev.weir.observe;

import dev.weir.exchange.Exchange;
import dev.weir.http.Field;
import dev.weir.http.RequestHead;
import dev.weir.observe.LineBuffer.Escaping;
import java.time.ZoneId;

/// Apache's and nginx's combined format: client, time of the request, request line, status, bytes of the answer,
/// `Referer`, `User-Agent`. There is no user, so `-` stands in both its places. Confined to one event loop.
final class CombinedLine implements LineFormat {
    private final Timestamps time;
    private final Secrets secrets = new Secrets();

    CombinedLine(ZoneId zone) {
        time = Timestamps.apache(zone);
    }

    @Override
    public void write(Exchange exchange, long beganMillis, LineBuffer line) {
        line.ascii(exchange.client().getHostAddress()).ascii(" - - [");
        line.ascii(time.second(beganMillis)).ascii("] \"");
        if (exchange.scheme().equals(Exchange.TCP)) {
            // No request: the server name stands for its line, if there is one, and no status.
            String name = exchange.record.serverName;
            line.ascii("TCP ").text(name.isEmpty() ? "-" : name, Escaping.HEX);
            line.ascii("\" - ").number(exchange.record.bytesOut).ascii(" \"-\" \"-\"");
            return;
        }
        RequestHead request = exchange.request();
        line.text(request.method(), Escaping.HEX).add(' ').text(request.path(), Escaping.HEX);
        String query = request.query();
        if (query != null) {
            line.add('?');
            secrets.write(query, 0, line, Escaping.HEX);
        }
        line.add(' ').ascii(request.protocol()).ascii("\" ");
        line.number(exchange.record.status).add(' ').number(exchange.record.bytesOut).ascii(" \"");
        writeAgent(request, line);
    }

    private void writeAgent(RequestHead request, LineBuffer line) {
        String referer = request.headers().get(Field.REFERER);
        if (referer == null) {
            line.add('-');
        } else {
            secrets.writeUrl(referer, line, Escaping.HEX);
        }
        String agent = request.headers().get(Field.USER_AGENT);
        line.ascii("\" \"").text(agent == null ? "-" : agent, Escaping.HEX).add('"');
    }
}
