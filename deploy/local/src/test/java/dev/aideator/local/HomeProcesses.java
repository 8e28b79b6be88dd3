package dev.aideator.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All processes that have to do with a data folder: by their command line, their environment, or where they work. */
final class HomeProcesses {

    private HomeProcesses() {}

    static List<ProcessHandle> of(Path home) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> mentions(process, home.toString()))
                .toList();
    }

    static String commandLine(ProcessHandle process) {
        return read(process, "cmdline").replace('\0', ' ');
    }

    private static boolean mentions(ProcessHandle process, String home) {
        return read(process, "environ").contains(home)
                || read(process, "cmdline").contains(home)
                || worksIn(process).startsWith(home);
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(proc(process).resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    private static String worksIn(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(proc(process).resolve("cwd")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static Path proc(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()));
    }
}
