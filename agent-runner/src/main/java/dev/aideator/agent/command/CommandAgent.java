package dev.aideator.agent.command;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;
import dev.aideator.events.Outcome;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program that the operator named: started in the checkout with the prompt on its standard input. What it prints is
 * the agent's output, what it prints to standard error the log. It gets little of our environment and none of our
 * secrets, and nothing that it started is left when it has ended.
 */
public final class CommandAgent implements Agent {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Task.Who.Command command;
    private final Path workspace;
    private final Map<String, String> identity;
    private final OutOfMemoryKills memoryKills;

    /** {@code identity}: the variables that tell the program which attempt it works for. */
    public CommandAgent(Task.Who.Command command, Path workspace, Map<String, String> identity) {
        this(command, workspace, identity, OutOfMemoryKills.ofContainer());
    }

    CommandAgent(Task.Who.Command command, Path workspace, Map<String, String> identity, OutOfMemoryKills memoryKills) {
        this.command = command;
        this.workspace = workspace;
        this.identity = identity;
        this.memoryKills = memoryKills;
    }

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws IOException, InterruptedException {
        OptionalLong killsBefore = memoryKills.count();
        Session session = Session.start(command.line(), checkout.files(), environment());
        CompletableFuture<Void> output = pump(session.output(), voice::output);
        CompletableFuture<Void> log = pump(session.errors(), voice::log);
        give(prompt, session.input());
        try {
            CompletableFuture.anyOf(session.exit(), failureOf(output), failureOf(log))
                    .get();
        } catch (ExecutionException e) {
            session.end(GRACE);
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException("What the program printed could not be passed on", e.getCause());
        } catch (InterruptedException e) {
            session.end(GRACE);
            throw e;
        }
        // Whatever it left in the background would keep its standard output open, and outlive the attempt.
        session.end(GRACE);
        awaitEnd(output, log);
        judge(session.exit().join(), memoryKills.count().orElse(0) > killsBefore.orElse(Long.MAX_VALUE));
    }

    /** What is printed already is still read; the two ends of a pipe are all that can keep this waiting. */
    private static void awaitEnd(CompletableFuture<Void> output, CompletableFuture<Void> log) {
        try {
            CompletableFuture.allOf(output, log)
                    .orTimeout(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
        }
    }

    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        environment.put("LANG", System.getenv().getOrDefault("LANG", "C.UTF-8"));
        environment.put(
                "HOME", Files.createDirectories(workspace.resolve("home")).toString());
        environment.put(
                "TMPDIR", Files.createDirectories(workspace.resolve("tmp")).toString());
        environment.putAll(identity);
        environment.putAll(command.environment());
        return environment;
    }

    private static void give(String prompt, OutputStream input) {
        Thread.ofVirtual().start(() -> {
            try (input) {
                input.write(prompt.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A program need not read what it is asked.
            }
        });
    }

    /** Passes on what comes as it comes; bytes that are no UTF-8 become U+FFFD. */
    private static CompletableFuture<Void> pump(InputStream from, Consumer<String> to) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("pump").start(() -> {
            char[] chars = new char[16 << 10];
            try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                for (int count = reader.read(chars); count >= 0; count = reader.read(chars)) {
                    to.accept(new String(chars, 0, count));
                }
                done.complete(null);
            } catch (IOException e) {
                // Closed under us, after the end.
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Fails when the pump does, and never completes otherwise: a closed standard output is no end. */
    private static CompletableFuture<Void> failureOf(CompletableFuture<Void> pump) {
        CompletableFuture<Void> failure = new CompletableFuture<>();
        pump.whenComplete((nothing, e) -> {
            if (e != null) {
                failure.completeExceptionally(e);
            }
        });
        return failure;
    }

    private static void judge(int exit, boolean outOfMemory) {
        if (exit == 0) {
            return;
        }
        if (outOfMemory) {
            throw new Failure(
                    Outcome.OUT_OF_MEMORY,
                    "oom_killed",
                    "The program took more memory than it may have, and was ended.",
                    "Give agents more (AIDEATOR_AGENT_MEMORY_LIMIT), or let them do less.",
                    null);
        }
        String signal = exit > 128 && exit <= 192 ? Signals.name(exit - 128) : null;
        if (signal != null) {
            throw new Failure(
                    "exit_code",
                    "The program was ended by signal " + signal + ".",
                    "SIGKILL".equals(signal)
                            ? "Somebody killed it, or the machine ran out of memory."
                            : "Its log above may say why.");
        }
        throw new Failure(
                "exit_code",
                "The program ended with exit code " + exit + ".",
                switch (exit) {
                    case 126 -> "It may not be executed; check AGENT_COMMAND and the program's rights.";
                    case 127 -> "There is no such program; check AGENT_COMMAND and PATH.";
                    default -> "Its log above may say why.";
                });
    }
}
