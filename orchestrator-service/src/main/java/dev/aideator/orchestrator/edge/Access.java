package dev.aideator.orchestrator.edge;

import dev.aideator.edge.ApiTokens;

import org.jboss.logging.Logger;

import java.time.Clock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Who may come in, as the operator has set it. */
@ApplicationScoped
class Access {

    private static final Logger LOG = Logger.getLogger(Access.class);

    @Produces
    @Singleton
    ApiTokens tokens(EdgeConfig config, Clock clock) {
        ApiTokens tokens = ApiTokens.of(config.apiToken(), clock);
        LOG.infof("access=%s", tokens.areRequired() ? "token" : "open");
        return tokens;
    }
}
