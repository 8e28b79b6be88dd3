package dev.aideator.local;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.nio.file.Path;

/** What the script {@code aideator} hands over to once everything is built. */
@Command(
        name = "aideator",
        subcommands = {UpCommand.class, DownCommand.class, DoctorCommand.class, BenchCommand.class})
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Main());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof Refusal) {
                command.getErr().println("aideator: " + failure.getMessage());
            } else {
                failure.printStackTrace(command.getErr());
            }
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        System.exit(commands.execute(arguments));
    }

    /** The script says where it stands, wherever it is called from. */
    static Settings settings() {
        return Settings.from(
                System.getenv(),
                Path.of(System.getProperty("aideator.checkout", "")).toAbsolutePath());
    }
}
