package dev.weir.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.List;

/// Stands first in a connection until its client has said which name it wants and what it can verify; then the handler for the
/// certificate that fits stands there, and sees the same bytes. Confined to one event loop.
public final class HelloLook extends SslClientHelloHandler<ServerContext> {
    /// Real ones have 200 to 2,000 bytes; the protocol would allow 16 MiB (CVE-2023-34462).
    private static final int LONGEST = 16 << 10;

    private static final String HTTP_1_0 = "http/1.0";

    /// A fatal alert, `no_application_protocol` (RFC 7301 §3.2), in a record of its own.
    private static final byte[] NO_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final ServerTls tls;
    private final Choice choice;
    private final CertificateTable table;
    private ClientHello hello = ClientHello.NONE;
    private boolean refused;

    /// Hears of what was chosen, before the handshake.
    public interface Choice {
        void chosen(ChosenCertificate certificate, SslHandler handler);
    }

    HelloLook(ServerTls tls, Choice choice) {
        super(LONGEST);
        this.tls = tls;
        this.choice = choice;
        this.table = tls.table();
    }

    @Override
    protected Future<ServerContext> lookup(ChannelHandlerContext ctx, ByteBuf body) {
        if (body != null) {
            hello = ClientHello.parse(body);
        }
        return ctx.executor().newSucceededFuture(table.choose(hello));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<ServerContext> found) {
        if (refused) {
            return;
        }
        ServerContext context = found.getNow();
        if (!common(hello.protocols(), context.protocols(hello, tls.protocols()))) {
            // A client of another protocol, or somebody who wants his request taken for one of it.
            refused = true;
            var _ =
                    ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_PROTOCOL))
                            .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        SslHandler handler = context.handler(ctx.alloc(), hello);
        choice.chosen(new ChosenCertificate(table, context, hello.serverName()), handler);
        ctx.pipeline().replace(this, "tls", handler);
    }

    private static boolean common(List<String> offered, List<String> spoken) {
        for (int i = 0; i < offered.size(); i++) {
            if (spoken.contains(offered.get(i)) || offered.get(i).equals(HTTP_1_0)) {
                return true;
            }
        }
        return offered.isEmpty();
    }
}
