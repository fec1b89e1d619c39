package dev.weir.peer;

import java.net.InetSocketAddress;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import reactor.netty.http.server.ConnectionInformation;
import reactor.netty.http.server.logging.AccessLog;
import reactor.netty.http.server.logging.AccessLogArgProvider;

/// Spring Cloud Gateway as its starter sets it up; routes and all other settings come from the file that
/// `bench/compare` writes. The one addition is the line of the access log.
@SpringBootApplication
public class Gateway {
    /// Starts the gateway; called by the JVM on its main thread.
    public static void main(String[] words) {
        SpringApplication.run(Gateway.class, words);
    }

    /// Logs what nginx's combined format holds, where Reactor Netty alone would leave out who sent a request and from
    /// which page.
    @Bean
    @ConditionalOnProperty("peer.access-log")
    NettyServerCustomizer combinedAccessLog() {
        DateTimeFormatter time =
                DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT)
                        .withZone(ZoneId.systemDefault());
        return server -> server.accessLog(true, exchange -> line(exchange, time));
    }

    private static AccessLog line(AccessLogArgProvider exchange, DateTimeFormatter time) {
        return AccessLog.create(
                "{} - - [{}] \"{} {} {}\" {} {} \"{}\" \"{}\"",
                client(exchange),
                time.format(exchange.accessDateTime()),
                exchange.method(),
                exchange.uri(),
                exchange.protocol(),
                exchange.status(),
                exchange.contentLength(),
                exchange.requestHeader("Referer"),
                exchange.requestHeader("User-Agent"));
    }

    private static String client(AccessLogArgProvider exchange) {
        ConnectionInformation connection = exchange.connectionInformation();
        return connection != null
                        && connection.connectionRemoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "-";
    }
}
