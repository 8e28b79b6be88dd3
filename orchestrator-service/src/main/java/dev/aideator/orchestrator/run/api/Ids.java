package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.ProblemException;
import dev.aideator.orchestrator.edge.Texts;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Names as they stand in paths. */
final class Ids {

    private Ids() {}

    static RunId run(String text) {
        return RunId.parse(text)
                .orElseThrow(() -> invalid(
                        "run-id-invalid",
                        "This is no run's id",
                        "A run's id is a UUID such as 0b8e4f6a-5d0c-4a53-9f3e-2f6f1f7f9b11; you sent \""
                                + Texts.shown(text) + "\"."));
    }

    static VariationRef variation(String run, String index) {
        RunId id = run(run);
        if (!index.matches("0|[1-9][0-9]{0,8}")) {
            throw new ProblemException(
                    404,
                    "variation-not-found",
                    "There is no such variation",
                    "Variations are numbered 0, 1, 2 and so on; you sent \"" + Texts.shown(index) + "\".");
        }
        return new VariationRef(id, Integer.parseInt(index));
    }

    static AttemptRef attempt(VariationRef variation, String epoch) {
        if (!epoch.matches("[1-9][0-9]{0,8}")) {
            throw new ProblemException(
                    404,
                    "attempt-not-found",
                    "There is no such attempt",
                    "Attempts are numbered 1, 2, 3 and so on; you sent \"" + Texts.shown(epoch) + "\".");
        }
        return new AttemptRef(variation, Long.parseLong(epoch));
    }
}
