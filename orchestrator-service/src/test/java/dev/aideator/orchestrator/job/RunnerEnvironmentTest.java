package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.catalogue.Catalogue;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;
import dev.aideator.redis.RedisAccess;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class RunnerEnvironmentTest {

    private static final String URLS = "rediss://agent:pass@a:26379,b:26379";

    @Inject
    Catalogue catalogue;

    @Test
    void agents_reach_redis_as_we_do_and_passwords_are_secrets() throws Exception {
        String pem = someAuthority();
        Map<String, String> variables = Map.of(
                "REDIS_URL", "rediss://a:26379",
                "REDIS_MODE", "sentinel",
                "REDIS_MASTER", "mymaster",
                "REDIS_USERNAME", "agent",
                "REDIS_PASSWORD", "p${a}ss",
                "REDIS_TLS_CA", pem,
                "REDIS_TLS_VERIFY_HOST", "false");

        RunnerEnvironment.Variables told = told(variables, URLS);

        assertThat(told.plain())
                .containsEntry("REDIS_MODE", "sentinel")
                .containsEntry("REDIS_MASTER", "mymaster")
                .containsEntry("REDIS_USERNAME", "agent")
                .containsEntry("REDIS_TLS_VERIFY_HOST", "false")
                .doesNotContainKeys("REDIS_URL", "REDIS_PASSWORD", "REDIS_TLS_CA");
        assertThat(told.secret())
                .containsEntry("REDIS_URL", URLS)
                .containsEntry("REDIS_PASSWORD", "p${a}ss")
                .containsEntry("REDIS_TLS_CA", pem);
        assertThat(RedisAccess.from(told.all()))
                .hasToString("sentinel mymaster at a:26379, b:26379 (TLS, with a password)");
    }

    @Test
    void agents_that_reach_redis_without_tls_are_told_of_no_authority() throws Exception {
        Map<String, String> variables = Map.of("REDIS_URL", "rediss://a", "REDIS_TLS_CA", someAuthority());

        RunnerEnvironment.Variables told = told(variables, "redis://inside:6379");

        assertThat(RedisAccess.from(told.all())).hasToString("standalone at inside:6379 (without a password)");
    }

    private RunnerEnvironment.Variables told(Map<String, String> variables, String agentsUrl) {
        Map<String, String> properties = new HashMap<>(variables);
        properties.put("aideator.job.agent-redis-url", agentsUrl);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 300))
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(JobConfig.class)
                .build();
        return new RunnerEnvironment(
                        config, catalogue, config.getConfigMapping(JobConfig.class), RedisAccess.from(variables))
                .of(new Assignment(
                        new AttemptRef(new VariationRef(new RunId(UUID.randomUUID()), 0), 1),
                        "https://example.org/a/b",
                        "x",
                        null,
                        new AgentChoice("survey", null, null, null),
                        null,
                        Optional.empty(),
                        false));
    }

    /** One of those that the JDK trusts. */
    private static String someAuthority() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        X509Certificate authority = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0];
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(authority.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----";
    }
}
