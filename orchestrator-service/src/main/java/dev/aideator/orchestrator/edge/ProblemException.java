package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

import java.util.Map;

/** Ends a request with a problem that is the client's to solve. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;
    private final Map<String, String> headers;

    public ProblemException(int status, String slug, String title, String detail) {
        this(new Problem(status, slug, title, detail), Map.of());
    }

    ProblemException(Problem problem, Map<String, String> headers) {
        // No stack trace: a client's mistake is no event in this program, and hundreds a second may come.
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.headers = headers;
    }

    /** A field of the request's body, or a parameter, that cannot be. {@code detail} says what it should be. */
    public static ProblemException invalid(String slug, String title, String detail) {
        return new ProblemException(400, slug, title, detail);
    }

    public Problem problem() {
        return problem;
    }

    Map<String, String> headers() {
        return headers;
    }
}
