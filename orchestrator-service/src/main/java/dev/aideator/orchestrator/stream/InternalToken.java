package dev.aideator.orchestrator.stream;

import dev.aideator.edge.ApiTokens;
import dev.aideator.edge.Problem;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;

/** Keeps everyone but our own services out of the internal API, when a token is set. */
@jakarta.ws.rs.ext.Provider
@Internal
public class InternalToken implements ContainerRequestFilter {

    // Filters are made while the application is built, when there is no configuration yet.
    private final Provider<InternalConfig> config;
    private final Provider<ApiTokens> api;

    InternalToken(Provider<InternalConfig> config, Provider<ApiTokens> api) {
        this.config = config;
        this.api = api;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Optional<String> token = config.get().token().filter(text -> !text.isBlank());
        if (token.isPresent() && !carries(token.get(), request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            request.abortWith(InternalApi.refusal(new Problem(
                    401,
                    "internal-token-missing",
                    "This is for AIdeator's own services",
                    "Send the value of AIDEATOR_INTERNAL_TOKEN as a bearer token.")));
        } else if (token.isEmpty() && api.get().areRequired()) {
            request.abortWith(InternalApi.refusal(new Problem(
                    401,
                    "internal-token-missing",
                    "This is for AIdeator's own services",
                    "AIDEATOR_API_TOKEN closes the API, and this would stand open beside it: set"
                            + " AIDEATOR_INTERNAL_TOKEN too, the same for both services.")));
        }
    }

    private static boolean carries(String token, String authorization) {
        byte[] wanted = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        return authorization != null
                // In constant time: how long it takes must not tell how much was right.
                && MessageDigest.isEqual(wanted, authorization.getBytes(StandardCharsets.UTF_8));
    }
}
