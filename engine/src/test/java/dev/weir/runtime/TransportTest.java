package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {
    /// So that nothing need set it once more, which is a system call for each connection.
    @ParameterizedTest
    @EnumSource
    void makesSocketsThatSendAtOnce(Transport.Choice choice) throws Exception {
        Transport transport;
        try {
            transport = Transport.choose(choice);
        } catch (IllegalArgumentException e) {
            assumeTrue(false, e.getMessage());
            return;
        }
        try (var loops = new MultiThreadIoEventLoopGroup(1, transport.handler())) {
            SocketChannel channel = transport.channel().get();
            loops.next().register(channel).sync();
            assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            channel.close().sync();
            loops.shutdownGracefully(20, 1_000, TimeUnit.MILLISECONDS).sync();
        }
    }
}
