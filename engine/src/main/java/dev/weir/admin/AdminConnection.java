package dev.weir.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A client's connection to the admin API: one request at a time. Who may not ask is refused at the head, before a byte of the body is
/// kept. Confined to the admin loop; what operations do runs on virtual threads and comes back as tasks.
final class AdminConnection extends SimpleChannelInboundHandler<HttpObject> {
    static final String EVENTS = "text/event-stream";

    private final AdminServer server;
    private final SocketAddress local;
    private final String by;
    private @Nullable HttpRequest request;
    private Router.@Nullable Found found;
    private @Nullable CompositeByteBuf body;
    private @Nullable Future<?> deadline;

    /// The answer is on its way, or the connection is about to close: what comes in is not looked at.
    private boolean answering;

    private boolean keepAlive;

    /// An operation is at work, or its answer is not sent yet.
    private boolean working;

    /// @param local the address that was connected to
    AdminConnection(AdminServer server, Channel channel, SocketAddress local) {
        this.server = server;
        this.local = local;
        this.by =
                channel.remoteAddress() instanceof InetSocketAddress client
                        ? client.getAddress().getHostAddress()
                        : "the socket";
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        within(ctx, server.limits().waiting());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        forget();
        answered();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset, or a bug in a codec: either way there is nobody to answer.
        ctx.close();
    }

    /// The connection closes if nothing comes of this phase in time.
    private void within(ChannelHandlerContext ctx, Duration time) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline =
                ctx.executor().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void forget() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        if (body != null) {
            body.release();
            body = null;
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (answering) {
            // One request at a time: who sends another one too early sends it again on a connection
            // of its own.
            keepAlive &= !(message instanceof HttpRequest);
            return;
        }
        if (message instanceof HttpRequest head) {
            begin(ctx, head);
        }
        if (!answering && message instanceof HttpContent content) {
            take(ctx, content);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        request = head;
        keepAlive = HttpUtil.isKeepAlive(head);
        within(ctx, server.limits().sending());
        try {
            Router router = server.router();
            server.access().check(head, local, router.open(head));
            Router.Found operation = router.find(head);
            long most = operation.operation().takes().most();
            if (HttpUtil.getContentLength(head, 0L) > most) {
                throw tooLarge(most);
            }
            found = operation;
            body = ctx.alloc().compositeBuffer(1024);
            if (HttpUtil.is100ContinueExpected(head)) {
                ctx.writeAndFlush(
                        new DefaultFullHttpResponse(
                                HttpVersion.HTTP_1_1,
                                HttpResponseStatus.CONTINUE,
                                Unpooled.EMPTY_BUFFER));
            }
        } catch (Refused refused) {
            // What may follow of the body is not read.
            keepAlive &=
                    !HttpUtil.isTransferEncodingChunked(head)
                            && HttpUtil.getContentLength(head, 0L) == 0;
            answering = true;
            respond(ctx, server.router().problem(refused));
        }
    }

    private static Refused tooLarge(long most) {
        return new Refused(
                413,
                most == 0 ? "this takes no body" : "the body may have " + most + " bytes at most");
    }

    private void take(ChannelHandlerContext ctx, HttpContent content) {
        CompositeByteBuf kept = body;
        Router.Found operation = found;
        HttpRequest head = request;
        if (kept == null || operation == null || head == null) {
            return;
        }
        long most = operation.operation().takes().most();
        if (kept.readableBytes() + content.content().readableBytes() > most) {
            answering = true;
            keepAlive = false;
            respond(ctx, server.router().problem(tooLarge(most)));
            return;
        }
        if (content.content().isReadable()) {
            kept.addComponent(true, content.content().retain());
        }
        if (content instanceof LastHttpContent) {
            answering = true;
            if (content.decoderResult().isFailure()) {
                ctx.close();
                return;
            }
            byte[] bytes = new byte[kept.readableBytes()];
            kept.readBytes(bytes);
            forget();
            ctx.channel().config().setAutoRead(false);
            working = true;
            server.work(() -> work(ctx, operation, head, bytes));
        }
    }

    /// On a virtual thread.
    private void work(
            ChannelHandlerContext ctx, Router.Found operation, HttpRequest head, byte[] bytes) {
        Answer answer;
        try {
            answer = server.router().answer(operation, head, bytes, by);
        } catch (RuntimeException bug) {
            server.bug(head.method() + " " + operation.operation().path(), bug);
            answer =
                    server.router()
                            .problem(new Refused(500, "an internal error; the log says more"));
        }
        Answer done = answer;
        try {
            ctx.executor().execute(() -> respond(ctx, done));
        } catch (RejectedExecutionException _) {
            // The server has been closed, and the connection with it.
        }
    }

    private void respond(ChannelHandlerContext ctx, Answer answer) {
        if (!ctx.channel().isActive()) {
            return;
        }
        within(ctx, server.limits().taking());
        switch (answer) {
            case Answer.Json json ->
                    whole(
                            ctx,
                            json.status(),
                            "application/json",
                            server.router().json(json.body()),
                            json.fields());
            case Answer.Bytes bytes ->
                    whole(ctx, bytes.status(), bytes.type(), bytes.body(), bytes.fields());
            case Answer.Packed packed -> packed(ctx, packed);
            case Answer.Stream stream -> stream(ctx, stream);
        }
    }

    private void packed(ChannelHandlerContext ctx, Answer.Packed packed) {
        Map<String, String> fields = new HashMap<>(packed.fields());
        fields.put("Vary", "Accept-Encoding");
        String taken =
                request == null ? "" : request.headers().get(HttpHeaderNames.ACCEPT_ENCODING, "");
        if (taken.contains("gzip")) {
            fields.put("Content-Encoding", "gzip");
            whole(ctx, 200, packed.type(), packed.gzip(), fields);
        } else {
            whole(ctx, 200, packed.type(), unpacked(packed.gzip()), fields);
        }
    }

    private static byte[] unpacked(byte[] gzip) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("packed by this process", e);
        }
    }

    private void whole(
            ChannelHandlerContext ctx,
            int status,
            String type,
            byte[] bytes,
            Map<String, String> fields) {
        boolean head = request != null && request.method().equals(HttpMethod.HEAD);
        ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes);
        HttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        usual(response.headers(), type);
        fields.forEach((name, value) -> response.headers().set(name, value));
        if (status != 204) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        ctx.writeAndFlush(response)
                .addListener(
                        (ChannelFutureListener)
                                sent -> {
                                    answered();
                                    if (sent.isSuccess() && keepAlive) {
                                        next(ctx);
                                    } else {
                                        ctx.close();
                                    }
                                });
    }

    /// What every answer says: that it is nobody else's to keep or frame, and is what it is called.
    private static void usual(HttpHeaders headers, String type) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private void answered() {
        if (working) {
            working = false;
            server.answered();
        }
    }

    private void next(ChannelHandlerContext ctx) {
        forget();
        request = null;
        found = null;
        answering = false;
        within(ctx, server.limits().waiting());
        ctx.channel().config().setAutoRead(true);
    }

    private void stream(ChannelHandlerContext ctx, Answer.Stream stream) {
        if (request != null && request.method().equals(HttpMethod.HEAD)) {
            whole(ctx, 200, EVENTS, new byte[0], Map.of());
            return;
        }
        if (!server.streamBegins(ctx.channel())) {
            respond(
                    ctx,
                    server.router()
                            .problem(
                                    new Refused(
                                                    503,
                                                    "there are "
                                                            + server.limits().streams()
                                                            + " streams already")
                                            .with("Retry-After", "10")));
            return;
        }
        forget();
        answered();
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        usual(response.headers(), EVENTS);
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        var _ = ctx.writeAndFlush(response);
        EventStream events = new EventStream(ctx, server.limits().taking());
        // Reads on, so that it is seen when the client goes; what else comes is not looked at.
        ctx.channel().config().setAutoRead(true);
        server.aside(() -> stream.begin().accept(events));
    }
}
