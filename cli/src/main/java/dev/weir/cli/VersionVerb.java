package dev.weir.cli;

import dev.weir.Build;
import dev.weir.runtime.Transport;
import dev.weir.tls.TlsLibrary;
import io.netty.util.Version;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir version`: what runs here, and over which transport.
@Command(
        name = "version",
        header = "Prints versions, and the transport and TLS that are used and why.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {ExitCode.SAYS_DONE, ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = {"  weir version", "  weir version --short"})
final class VersionVerb implements Callable<Integer> {
    /// For `weir --version`, which people try first.
    static final class InOneLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"weir " + Build.read().version()};
        }
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--short", description = "Prints the number only.")
    private boolean brief;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String version = Build.read().version();
        if (brief) {
            out.println(version);
            return ExitCode.DONE;
        }
        Transport transport = Transport.choose(Transport.Choice.AUTO);
        out.println("weir       " + version);
        out.println("transport  " + transport.name() + " (" + transport.why() + ")");
        TlsLibrary tls = TlsLibrary.choose(TlsLibrary.Choice.AUTO);
        out.println("tls        " + tls.name() + " (" + tls.why() + ")");
        out.println("java       " + Runtime.version() + ", " + System.getProperty("java.vendor"));
        out.println("netty      " + nettyVersion());
        return ExitCode.DONE;
    }

    private static String nettyVersion() {
        Version version = Version.identify().get("netty-common");
        return version == null ? "unknown" : version.artifactVersion();
    }
}
