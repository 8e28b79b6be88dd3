package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What the chart makes of values and of names, without installing it: refused by itself, or taken by the API server. */
@Tag("cluster")
class ChartValuesIT {

    private static final String TOKEN = "auth.token=only-for-tests";

    private static Cluster cluster;
    private static String namespace;

    @BeforeAll
    static void makeNamespaces() {
        cluster = Cluster.connect();
        namespace = cluster.namespace("dry", Map.of());
        // A dry run of it lets nothing into it.
        cluster.makeNamespace(namespace + "-agents", Map.of());
    }

    @AfterAll
    static void removeNamespaces() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "production, ''",
        "production, 'ingress.enabled=true,ingress.host=aideator.example.com,ingress.tlsSecret=certificate'",
        "local, ''",
    })
    void the_api_server_accepts_what_the_values_make(String values, String set) throws Exception {
        assertAccepted(
                "aideator",
                "--values",
                DeployedStack.CHECKOUT
                        .resolve("deploy/values/" + values + ".yaml")
                        .toString(),
                "--set",
                set);
    }

    @ParameterizedTest
    @CsvSource({
        "networkPolicies.from[0].namespaceSelector.matchLabels.name=web",
        "agents.egress[0].to[0].ipBlock.cidr=10.1.2.3/32",
        "'agents.blockedCidrs={198.51.100.7/32,2001:db8::/64}'",
        "'agents.internetPorts={443}'",
        "orchestrator.replicas=5",
        "'gateway.autoscaling.enabled=false,gateway.replicas=3,gateway.podDisruptionBudget.maxUnavailable=50%'",
        "orchestrator.env.AIDEATOR_LOG_LEVEL=debug",
        "'postgresql.enabled=false,postgresql.external.url=postgresql://a@db:5432/a,postgresql.external.existingSecret=db'",
        "'redis.enabled=false,redis.external.urls={rediss://r:6379},redis.external.caSecret=ca,redis.external.existingSecret=r'",
    })
    void the_api_server_accepts_what_one_value_makes(String set) throws Exception {
        assertAccepted("aideator", "--set", TOKEN + "," + set);
    }

    @Test
    void a_grafana_finds_the_dashboard_by_its_label() throws Exception {
        String manifests =
                template("aideator", "--set", TOKEN + ",grafana.dashboard=true").mustSucceed();

        cluster.tryKubectl(manifests, "apply", "--dry-run=server", "-f", "-").mustSucceed();
        ConfigMap dashboard =
                cluster.client().load(new ByteArrayInputStream(manifests.getBytes(UTF_8))).items().stream()
                        .filter(ConfigMap.class::isInstance)
                        .map(ConfigMap.class::cast)
                        .filter(map -> "1".equals(map.getMetadata().getLabels().get("grafana_dashboard")))
                        .findFirst()
                        .orElseThrow();
        assertThat(dashboard.getData().get("aideator-gateway.json"))
                .isEqualToIgnoringWhitespace(Files.readString(DeployedStack.CHART.resolve("dashboards/gateway.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "a",
        "my-aideator-of-mine",
        "aideator-agents",
        "2nd",
        "team.one",
        "a-name-as-long-as-helm-takes-one-that-is-53-letters-x",
    })
    void a_release_may_have_any_name(String release) throws Exception {
        assertAccepted(release, "--set", TOKEN);
    }

    @Test
    void a_release_without_a_token_must_say_so() throws Exception {
        Command.Result refused = template("aideator");

        assertThat(refused.code()).isNotZero();
        assertThat(refused.output()).contains("auth.existingSecret=NAME", "auth.token=TOKEN", "auth.mode=none");
        assertThat(template("aideator", "--set", "auth.mode=none").code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "auth.mode=open, /auth/mode",
        "orchestrator.replicas=0, /orchestrator/replicas",
        "orchestrator.replicas=two, /orchestrator/replicas",
        "gateway.autoscaling.minReplicas=0, /gateway/autoscaling/minReplicas",
        "orchestrator.replica=2, replica",
        "images.pullPolicy=Sometimes, /images/pullPolicy",
        "agents.deadline=soon, /agents/deadline",
        "agents.memoryLimit=lots, /agents/memoryLimit",
        "agents.blockedCidrs={10.0.0.1}, /agents/blockedCidrs",
        "agents.internetPorts={70000}, /agents/internetPorts",
        "agents.namespace=Agents, /agents/namespace",
        "models.openaiBaseUrl=ftp://models, /models/openaiBaseUrl",
        "'redis.enabled=false', redis.external.urls",
        "'redis.enabled=false,redis.external.urls={r:6379}', /redis/external/urls",
        "'redis.enabled=false,redis.external.urls={redis://r:26379},redis.external.mode=sentinel', redis.external.master",
        "'postgresql.enabled=false', postgresql.external.url",
        "'postgresql.enabled=false,postgresql.external.url=mysql://db', /postgresql/external/url",
        "ingress.enabled=true, ingress.host",
    })
    void a_value_that_makes_no_sense_is_refused_by_its_name(String set, String named) throws Exception {
        Command.Result refused = template("aideator", "--set", TOKEN + "," + set);

        assertThat(refused.code()).as(refused.output()).isNotZero();
        assertThat(refused.output().replace('.', '/')).contains(named.replace('.', '/'));
    }

    private static void assertAccepted(String release, String... options) throws Exception {
        String manifests = template(release, options).mustSucceed();

        cluster.tryKubectl(manifests, "apply", "--dry-run=server", "-f", "-").mustSucceed();
    }

    private static Command.Result template(String release, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("helm", "template", release, DeployedStack.CHART.toString(), "--namespace", namespace));
        command.addAll(List.of(options));
        return Command.run(command);
    }
}
