package dev.weir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client of grpc-java through Weir to a server of grpc-java: every shape of call, deadlines, metadata, failures.
class GrpcEndToEndTest {
    private static final MethodDescriptor.Marshaller<String> TEXT = new Text();
    private static final MethodDescriptor<String, String> UNARY = method("unary", MethodType.UNARY);
    private static final MethodDescriptor<String, String> MANY =
            method("many", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> TALK =
            method("talk", MethodType.BIDI_STREAMING);
    private static final Metadata.Key<String> ECHO =
            Metadata.Key.of("x-echo", Metadata.ASCII_STRING_MARSHALLER);

    private Server server;
    private Gate gate;
    private ManagedChannel channel;

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.newBuilder(TEXT, TEXT)
                .setType(type)
                .setFullMethodName("weir.Test/" + name)
                .build();
    }

    @BeforeEach
    void open() throws Exception {
        ServerServiceDefinition service =
                ServerServiceDefinition.builder("weir.Test")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcEndToEndTest::unary))
                        .addMethod(
                                MANY, ServerCalls.asyncServerStreamingCall(GrpcEndToEndTest::many))
                        .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(GrpcEndToEndTest::talk))
                        .build();
        server =
                NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                        .addService(ServerInterceptors.intercept(service, new Echo()))
                        .build()
                        .start();
        gate =
                Gate.openForHttp2(
                        """
                        routes: [{ to: all, timeout: { first-byte: 20s, idle: 20s } }]
                        services: { all: { endpoints: ["127.0.0.1:%d"], protocol: h2c } }
                        """
                                .formatted(server.getPort()));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", gate.port()).usePlaintext().build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        gate.close();
        server.shutdownNow().awaitTermination();
    }

    private static void unary(String request, StreamObserver<String> answer) {
        switch (request) {
            case "fail" ->
                    answer.onError(
                            Status.NOT_FOUND.withDescription("nö: no such thing").asException());
            case "hang" -> {}
            default -> {
                answer.onNext("got " + request.length());
                answer.onCompleted();
            }
        }
    }

    private static void many(String request, StreamObserver<String> answer) {
        for (int i = 0; i < Integer.parseInt(request); i++) {
            answer.onNext("message " + i);
        }
        answer.onCompleted();
    }

    private static StreamObserver<String> talk(StreamObserver<String> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                answer.onNext("re: " + value);
            }

            @Override
            public void onError(Throwable cause) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    /// Gives back what the client's metadata says, in the head and in the trailers.
    private static final class Echo implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
            Metadata back = new Metadata();
            String said = metadata.get(ECHO);
            if (said != null) {
                back.put(ECHO, said);
            }
            return MetadataUtils.newAttachMetadataServerInterceptor(back)
                    .interceptCall(call, metadata, next);
        }
    }

    private String call(String request) {
        return ClientCalls.blockingUnaryCall(channel, UNARY, CallOptions.DEFAULT, request);
    }

    @Test
    void answersUnaryCallsSmallAndLarge() {
        assertThat(call("abc")).isEqualTo("got 3");
        assertThat(call("x".repeat(1_000_000))).isEqualTo("got 1000000");
        for (int i = 0; i < 500; i++) {
            assertThat(call("abc")).isEqualTo("got 3");
        }
    }

    @Test
    void passesMetadataBothWays() {
        Metadata said = new Metadata();
        said.put(ECHO, "hello");
        var heads = new java.util.concurrent.atomic.AtomicReference<Metadata>();
        var trailers = new java.util.concurrent.atomic.AtomicReference<Metadata>();
        var through =
                io.grpc.ClientInterceptors.intercept(
                        channel,
                        MetadataUtils.newAttachHeadersInterceptor(said),
                        MetadataUtils.newCaptureMetadataInterceptor(heads, trailers));
        ClientCalls.blockingUnaryCall(through, UNARY, CallOptions.DEFAULT, "abc");
        assertThat(heads.get().get(ECHO)).isEqualTo("hello");
    }

    @Test
    void passesTheStatusOfAFailure() {
        assertThatThrownBy(() -> call("fail"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> {
                            assertThat(failed.getStatus().getCode())
                                    .isEqualTo(Status.Code.NOT_FOUND);
                            assertThat(failed.getStatus().getDescription())
                                    .isEqualTo("nö: no such thing");
                        });
        assertThatThrownBy(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel,
                                        method("missing", MethodType.UNARY),
                                        CallOptions.DEFAULT,
                                        "abc"))
                .hasMessageContaining("UNIMPLEMENTED");
    }

    @Test
    void hearsOfFailuresOfWeirsOwnAsOfAnyOther() throws Exception {
        server.shutdownNow().awaitTermination();
        assertThatThrownBy(() -> call("abc"))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> {
                            assertThat(failed.getStatus().getCode())
                                    .isEqualTo(Status.Code.UNAVAILABLE);
                            assertThat(failed.getStatus().getDescription())
                                    .startsWith(
                                            "The service could not be reached. (connect-refused), request ");
                        });
    }

    @Test
    void aDeadlineEndsTheCallOnBothSides() {
        assertThatThrownBy(
                        () ->
                                ClientCalls.blockingUnaryCall(
                                        channel,
                                        UNARY,
                                        CallOptions.DEFAULT.withDeadlineAfter(
                                                300, TimeUnit.MILLISECONDS),
                                        "hang"))
                .hasMessageContaining("DEADLINE_EXCEEDED");
        assertThat(call("abc")).isEqualTo("got 3");
    }

    @Test
    void streamsManyMessages() {
        Iterator<String> messages =
                ClientCalls.blockingServerStreamingCall(
                        channel, MANY, CallOptions.DEFAULT, "20000");
        List<String> all = new ArrayList<>();
        messages.forEachRemaining(all::add);
        assertThat(all).hasSize(20_000).endsWith("message 19999");
    }

    @Test
    void talksBothWaysAtOnce() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<String> say =
                ClientCalls.asyncBidiStreamingCall(
                        channel.newCall(TALK, CallOptions.DEFAULT),
                        new StreamObserver<>() {
                            @Override
                            public void onNext(String value) {
                                heard.add(value);
                            }

                            @Override
                            public void onError(Throwable cause) {
                                heard.add("failed: " + cause);
                            }

                            @Override
                            public void onCompleted() {
                                heard.add("over");
                            }
                        });
        for (int i = 0; i < 100; i++) {
            say.onNext("word " + i);
            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("re: word " + i);
        }
        say.onCompleted();
        assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("over");
    }
}
