package dev.weir.listen;

import dev.weir.exchange.Exchange;
import dev.weir.exchange.Failure;
import dev.weir.exchange.Failure.Fault;
import dev.weir.tunnel.Tunnel;

/// What the record of an exchange says of the tunnel that it was, or ended as.
final class Tunnelled {
    private Tunnelled() {}

    static void write(Exchange.Record record, Tunnel tunnel, Tunnel.Ending how) {
        record.bytesIn += tunnel.fromClient();
        record.bytesOut += tunnel.fromEndpoint();
        switch (how) {
            case CLIENT_FINISHED -> record.finishedBy = Fault.CLIENT;
            case ENDPOINT_FINISHED -> record.finishedBy = Fault.ENDPOINT;
            case CLIENT_BROKE -> record.failure = Failure.CLIENT_GONE;
            case ENDPOINT_BROKE -> record.failure = Failure.TUNNEL_BROKEN;
            case IDLE -> record.failure = Failure.TUNNEL_IDLE;
            case CUT -> record.failure = Failure.DRAINING;
        }
    }
}
