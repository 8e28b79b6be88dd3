package dev.aideator.gateway.kubernetes;

/** The API server answered, but not with what was asked for. */
public final class ApiAnswer extends RuntimeException {

    private final int status;

    ApiAnswer(int status, String path) {
        super("The API server answered " + status + " to " + path, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
