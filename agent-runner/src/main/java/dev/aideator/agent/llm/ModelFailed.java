package dev.aideator.agent.llm;

/** The model did not answer; the cause is what the client threw. */
final class ModelFailed extends RuntimeException {

    ModelFailed(Throwable cause) {
        super(cause);
    }
}
