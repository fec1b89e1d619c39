package dev.weir.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `weir completion`: a script with which bash and zsh complete verbs and options.
@Command(
        name = "completion",
        header = "Prints a script for completion in bash and zsh.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {ExitCode.SAYS_DONE, ExitCode.SAYS_USAGE},
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(weir completion)                  this shell, bash or zsh",
            "  weir completion > ~/.weir-completion       then source it in ~/.bashrc or ~/.zshrc"
        })
final class CompletionVerb implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(AutoComplete.bash("weir", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
