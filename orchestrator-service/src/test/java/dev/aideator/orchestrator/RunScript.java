package dev.aideator.orchestrator;

import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.NewRun;

import java.util.stream.IntStream;

/** Requests whose prompt tells {@link FakeRunner} what to do. */
public final class RunScript {

    private static final AgentChoice AGENT = new AgentChoice("survey", null, null, null);

    private RunScript() {}

    public static NewRun of(int variations, String... lines) {
        return new NewRun(
                "https://example.org/a/b",
                String.join("\n", lines),
                null,
                null,
                IntStream.range(0, variations).mapToObj(i -> AGENT).toList());
    }
}
