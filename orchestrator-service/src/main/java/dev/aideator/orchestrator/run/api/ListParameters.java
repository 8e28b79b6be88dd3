package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.Texts;
import dev.aideator.orchestrator.run.RunState;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Which runs a list shows. */
record ListParameters(Optional<RunState> state, int page, int size) {

    private static final int MOST_PAGES = 1_000_000;
    private static final int MOST_RUNS = 100;

    static ListParameters parse(String state, String page, String size) {
        return new ListParameters(
                state == null || state.isBlank() ? Optional.empty() : Optional.of(state(state)),
                number("page", page, 0, 0, MOST_PAGES),
                number("size", size, 20, 1, MOST_RUNS));
    }

    private static RunState state(String text) {
        return Arrays.stream(RunState.values())
                .filter(state -> state.wireName().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "state-invalid",
                        "No run has this state",
                        "state is one of "
                                + Arrays.stream(RunState.values())
                                        .map(RunState::wireName)
                                        .collect(Collectors.joining(", "))
                                + "; you sent \"" + Texts.shown(text) + "\"."));
    }

    private static int number(String name, String text, int otherwise, int least, int most) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw invalid(
                name + "-out-of-range",
                name + " must be " + least + " to " + most,
                name + " is a whole number from " + least + " to " + most + "; you sent \"" + Texts.shown(text)
                        + "\".");
    }
}
