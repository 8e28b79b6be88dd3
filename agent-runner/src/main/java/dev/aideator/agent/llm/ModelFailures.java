package dev.aideator.agent.llm;

import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.RateLimitException;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * What can go wrong with a model, each with its code: model_auth, model_not_found, model_rate_limited, model_refused,
 * model_server_error, model_stalled, model_unreachable, and model_failed for the rest.
 */
final class ModelFailures {

    private static final int MOST = 500;

    private ModelFailures() {}

    static Failure of(Throwable cause, Task.Who.Llm who) {
        Optional<Failure> own = find(cause, Failure.class);
        if (own.isPresent()) {
            return own.get();
        }
        String endpoint = who.baseUrl();
        Optional<Integer> status = status(cause);
        if (status.isPresent()) {
            return ofStatus(status.get(), cause, who);
        }
        if (has(cause, SSLException.class)) {
            return new Failure(
                    "model_unreachable",
                    "The endpoint " + endpoint + " speaks no TLS that is trusted here: " + detail(cause) + ".",
                    "Check OPENAI_BASE_URL; if its certificate is from an authority of your own, name a file with that"
                            + " in SSL_CERT_FILE.",
                    cause);
        }
        if (has(cause, ConnectException.class)
                || has(cause, UnknownHostException.class)
                || has(cause, UnresolvedAddressException.class)) {
            return new Failure(
                    "model_unreachable",
                    "Nothing answers at " + endpoint + ".",
                    "Check OPENAI_BASE_URL, and that the endpoint runs.",
                    cause);
        }
        if (has(cause, TimeoutException.class)
                || has(cause, HttpTimeoutException.class)
                || has(cause, dev.langchain4j.exception.TimeoutException.class)) {
            return new Failure(
                    "model_stalled",
                    "The endpoint " + endpoint + " fell silent.",
                    "Try again later, or choose another model.",
                    cause);
        }
        return new Failure(
                "model_failed",
                "The endpoint " + endpoint + " broke off: " + detail(cause),
                "Try again; if it stays so, look into the endpoint's log.",
                cause);
    }

    private static Failure ofStatus(int status, Throwable cause, Task.Who.Llm who) {
        String said = " (" + status + ": " + detail(cause) + ")";
        return switch (status) {
            case 401, 403 ->
                new Failure(
                        "model_auth",
                        "The endpoint " + who.baseUrl() + " refuses the key" + said + ".",
                        "Check OPENAI_API_KEY.",
                        cause);
            case 404 ->
                new Failure(
                        "model_not_found",
                        "The endpoint " + who.baseUrl() + " has no model " + who.model() + said + ".",
                        "Check the model's name, and that OPENAI_BASE_URL ends as the endpoint wants it, often in /v1.",
                        cause);
            case 429 ->
                new Failure(
                        "model_rate_limited",
                        "The endpoint " + who.baseUrl() + " takes no more requests at the moment" + said + ".",
                        "Wait, run fewer variations at once, or raise the account's limit.",
                        cause);
            default ->
                status >= 500
                        ? new Failure(
                                "model_server_error",
                                "The endpoint " + who.baseUrl() + " is in trouble" + said + ".",
                                "Try again later.",
                                cause)
                        : new Failure(
                                "model_refused",
                                "The endpoint " + who.baseUrl() + " refuses the request" + said + ".",
                                "Check the model, temperature and max_tokens.",
                                cause);
        };
    }

    static Optional<Integer> status(Throwable cause) {
        return find(cause, HttpException.class)
                .map(HttpException::statusCode)
                .or(() -> find(cause, RateLimitException.class).map(e -> 429));
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return find(e, type).isPresent();
    }

    static <T extends Throwable> Optional<T> find(Throwable e, Class<T> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    /** On one line and not too long: an endpoint may answer with a page. */
    private static String detail(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message =
                String.valueOf(root.getMessage()).replaceAll("\\s+", " ").strip();
        return message.length() <= MOST ? message : message.substring(0, MOST) + "…";
    }
}
