package dev.aideator.orchestrator.run;

/** Who ended a live variation. */
public enum CancelReason {
    USER("cancelled_by_user", "Cancelled by the user."),
    SHUTDOWN("shut_down", "AIdeator was stopped while the agent worked.");

    private final String code;
    private final String sentence;

    CancelReason(String code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    public Ending ending() {
        return new Ending(dev.aideator.events.Outcome.CANCELLED, code, sentence);
    }
}
