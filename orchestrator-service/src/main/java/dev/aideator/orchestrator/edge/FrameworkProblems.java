package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

/** Problems for requests that no resource saw, by their HTTP status. */
final class FrameworkProblems {

    private FrameworkProblems() {}

    static Problem of(int status, String method, String path) {
        return switch (status) {
            case 404 ->
                new Problem(
                        404,
                        "not-found",
                        "There is nothing here",
                        "No resource has the path " + Texts.shown(path) + "; /q/swagger-ui shows those there are.");
            case 405 ->
                new Problem(
                        405,
                        "method-not-allowed",
                        "This method is not for this path",
                        Texts.shown(method) + " can't be used on " + Texts.shown(path)
                                + "; /q/swagger-ui shows what can.");
            case 406 ->
                new Problem(
                        406,
                        "not-acceptable",
                        "The answer does not come in that form",
                        "This path answers application/json or what /q/swagger-ui says; send an Accept header that"
                                + " admits it, or none.");
            case 413 ->
                new Problem(
                        413,
                        "body-too-large",
                        "The request's body is too large",
                        "Shorten the prompt, or put long texts into a file of the repository.");
            case 415 ->
                new Problem(
                        415,
                        "unsupported-media-type",
                        "The body must be JSON",
                        "Send the header Content-Type: application/json and a JSON object as the body.");
            default ->
                new Problem(
                        status,
                        "bad-request",
                        "The request can't be understood",
                        "It was refused before it reached a resource; compare it with /q/swagger-ui.");
        };
    }
}
