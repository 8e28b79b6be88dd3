package dev.aideator.orchestrator;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A runner whose agent is the prompt, a command a line: {@code say}, {@code tool} and {@code usage} are events, {@code
 * flood} so many of 64 KiB, {@code whisper} an event that does not get to Redis, {@code half} one that does not get to
 * the log either; {@code await} waits for a file, {@code leave} starts a process that does not end, {@code deaf} ignores
 * SIGTERM from then on, {@code halt} ends without a word, {@code complete} ends with the outcome named; {@code 2: say} is
 * for the second attempt only. It keeps a runner's promises otherwise.
 */
public final class FakeRunner {

    private static final PrintStream STDOUT = System.out;

    private final String run = System.getenv("RUN_ID");
    private final Producer producer = Producer.parse(System.getenv("VARIATION_ID"));
    private final long epoch = Long.parseLong(System.getenv("EPOCH"));
    private final RunKeys keys = new RunKeys(run);
    private final EventStream stream;
    private final List<Event> sent = new ArrayList<>();
    private volatile boolean deaf;
    private boolean ended;

    /** How many events Redis has, and how many it is to have: what is whispered gets there with what is said next. */
    private int brought;

    private int toBring;

    private FakeRunner() {
        Vertx vertx = Vertx.vertx();
        stream = new EventStream(Redis.createClient(vertx, System.getenv("REDIS_URL")), keys, producer);
    }

    /** The command line that starts one. */
    public static String command() {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp " + classPath + " " + FakeRunner.class.getName();
    }

    public static void main(String[] arguments) throws Exception {
        lockPidFile(Path.of(System.getenv("PID_FILE")));
        FakeRunner runner = new FakeRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(runner::cancelled));
        try {
            for (String line : Files.readAllLines(Path.of(System.getenv("PROMPT_FILE")))) {
                runner.perform(line);
            }
            runner.complete(Outcome.COMPLETED);
        } catch (Exception e) {
            // Its Redis client's threads would keep it alive for ever.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void lockPidFile(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (file.tryLock() == null || file.size() > 0) {
            Runtime.getRuntime().halt(75);
        }
        ProcessHandle self = ProcessHandle.current();
        long started = self.info().startInstant().orElseThrow().toEpochMilli();
        file.write(ByteBuffer.wrap((self.pid() + " " + started + "\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private void perform(String line) throws Exception {
        String[] ofAttempt = line.split("(?<=^[0-9]): ", 2);
        if (ofAttempt.length == 2 && Long.parseLong(ofAttempt[0]) != epoch) {
            return;
        }
        String[] words = ofAttempt[ofAttempt.length - 1].split(" ", 2);
        switch (words[0]) {
            case "say" -> say(new Payload.AgentOutput(words[1]));
            case "flood" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    say(new Payload.AgentOutput("x".repeat(65_536)));
                }
            }
            case "tool" -> say(new Payload.AgentTool("1", "ls", Payload.AgentTool.Phase.STARTED, null, null));
            case "usage" -> say(new Payload.AgentUsage("m", 10, 5, 0.25, Payload.AgentUsage.CostSource.REPORTED));
            case "whisper" -> print(next(new Payload.AgentOutput(words[1])));
            case "half" -> {
                STDOUT.print("{\"run_id\":\"" + run);
                STDOUT.flush();
            }
            case "await" -> {
                while (!Files.exists(Path.of(words[1]))) {
                    endWithTheTest();
                    send();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
            case "leave" ->
                new ProcessBuilder("sh", "-c", "sleep 600 & echo $! > " + words[1])
                        .start()
                        .waitFor();
            case "deaf" -> deaf = true;
            case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(words[1]));
            case "complete" -> complete(Outcome.parse(words[1]));
            default -> throw new IllegalArgumentException(line);
        }
    }

    /** A test that failed may have forgotten us. */
    private static void endWithTheTest() {
        if (!Files.exists(Path.of(System.getenv("PID_FILE")))) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void cancelled() {
        try {
            if (deaf) {
                TimeUnit.HOURS.sleep(1);
            }
            complete(Outcome.CANCELLED);
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    private synchronized void complete(Outcome outcome) throws Exception {
        if (ended) {
            return;
        }
        ended = true;
        say(new Payload.AgentComplete(outcome, "as_told", "The prompt said so."));
        Path file = Path.of(System.getenv("OUTCOME_FILE"));
        Path half = file.resolveSibling("outcome.part");
        Files.writeString(half, new FinalOutcome(outcome, "as_told", "The prompt said so.", sent.size()).encode());
        Files.move(half, file);
        for (int i = 0; i < 100 && !isSealed(); i++) {
            send();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Runtime.getRuntime().halt(0);
    }

    private boolean isSealed() {
        try {
            EntryId last =
                    stream.last().toCompletionStage().toCompletableFuture().get(1, TimeUnit.SECONDS);
            return last.epoch() == epoch && last.isSeal();
        } catch (Exception e) {
            return false;
        }
    }

    private Event next(Payload payload) {
        Event event = new Event(run, producer, new EntryId(epoch, sent.size() + 1), Instant.now(), payload);
        sent.add(event);
        return event;
    }

    private static void print(Event event) {
        STDOUT.print(EventJson.encode(event) + "\n");
        STDOUT.flush();
    }

    private synchronized void say(Payload payload) throws InterruptedException {
        Event event = next(payload);
        print(event);
        toBring = sent.size();
        send();
    }

    /** Brings Redis what it lacks; while it is away that is left for later, and the agent goes on. */
    private synchronized void send() throws InterruptedException {
        try {
            while (brought < toBring) {
                brought = send(brought);
            }
        } catch (ExecutionException | TimeoutException e) {
            endWithTheTest();
        }
    }

    /** Sends one event; the index of the one to send next. */
    private int send(int index) throws InterruptedException, ExecutionException, TimeoutException {
        StreamAnswer answer = stream.append(sent.get(index))
                .toCompletionStage()
                .toCompletableFuture()
                .get(1, TimeUnit.SECONDS);
        return switch (answer) {
            case StreamAnswer.Added added -> index + 1;
            case StreamAnswer.Acknowledged known -> index + 1;
            case StreamAnswer.Hole hole -> (int) hole.last().seq();
            case StreamAnswer.NotOpen closed -> again(index);
            case StreamAnswer.Fenced over -> stop();
            case StreamAnswer.Sealed over -> stop();
        };
    }

    private static int again(int index) throws InterruptedException {
        endWithTheTest();
        TimeUnit.MILLISECONDS.sleep(50);
        return index;
    }

    private static int stop() {
        Runtime.getRuntime().halt(0);
        return 0;
    }
}
