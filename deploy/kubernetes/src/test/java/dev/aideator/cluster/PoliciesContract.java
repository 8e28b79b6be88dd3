package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who reaches whom in a deployed stack. What must be stopped is shown to be there by one who reaches it, so a policy that
 * stops everything fails as one that lets everything through does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PoliciesContract {

    private static final int PORT = 8000;
    private static final String API_SERVER = "kubernetes.default.svc.cluster.local:443";
    private static final String NAMES = "kube-dns.kube-system.svc.cluster.local:53";

    private Cluster cluster;
    private DeployedStack stack;
    private ToolPods tools;

    private final List<Pod> inTheStack = new ArrayList<>();

    private Pod agent;
    private Pod otherAgent;
    /** They wear the labels of the services, but no Service leads to them. */
    private Pod likeOrchestrator;

    private Pod likeGateway;
    /** In the services' namespace, but none of them. */
    private Pod neighbour;
    /** In a namespace that nobody has heard of. */
    private Pod stranger;
    /** In a namespace that the services let in. */
    private Pod admitted;

    private Pod models;

    abstract DeployedStack stack();

    @BeforeAll
    void startPods() {
        stack = stack();
        cluster = stack.cluster();
        tools = new ToolPods(cluster);
        String services = stack.namespace();
        String agents = stack.agentsNamespace();
        String strangers = cluster.namespace("strangers", Map.of());
        String friends = cluster.namespace("friends", Map.of("aideator.dev/access", "true"));
        inTheStack.addAll(List.of(
                start(agents, "agent", Map.of()),
                start(agents, "other-agent", Map.of()),
                start(services, "like-orchestrator", named("orchestrator")),
                start(services, "like-gateway", named("gateway")),
                start(services, "neighbour", Map.of())));
        List<Pod> elsewhere = List.of(
                start(strangers, "stranger", Map.of()),
                start(strangers, "models", Map.of("aideator.dev/model-gateway", "true")),
                start(friends, "admitted", Map.of()));
        inTheStack.replaceAll(tools::await);
        agent = inTheStack.get(0);
        otherAgent = inTheStack.get(1);
        likeOrchestrator = inTheStack.get(2);
        likeGateway = inTheStack.get(3);
        neighbour = inTheStack.get(4);
        stranger = tools.await(elsewhere.get(0));
        models = tools.await(elsewhere.get(1));
        admitted = tools.await(elsewhere.get(2));
    }

    /** What else is tried on the stack looks at what is in its namespaces. */
    @AfterAll
    void removePods() {
        inTheStack.forEach(tools::remove);
    }

    private Pod start(String namespace, String name, Map<String, String> labels) {
        return tools.start(namespace, name, labels, "listen.py", List.of(PORT), "53", "80", "443", "8000");
    }

    private Map<String, String> named(String part) {
        return Map.of("app.kubernetes.io/name", stack.name(part));
    }

    @Test
    void an_agent_reaches_names_and_redis() throws Exception {
        List<String> targets = List.of(NAMES, service("redis", 6379));

        assertThat(tools.reachedFrom(agent, targets)).containsExactlyInAnyOrderElementsOf(targets);
    }

    @Test
    void an_agent_reaches_a_pod_that_serves_models_and_none_beside_it() throws Exception {
        List<String> itsPorts = List.of(at(models, 80), at(models, PORT));
        List<String> others =
                List.of(at(stranger, 53), at(stranger, 80), at(stranger, 443), at(stranger, PORT), at(admitted, 443));

        assertThat(tools.reachedFrom(agent, both(itsPorts, others))).containsExactlyInAnyOrderElementsOf(itsPorts);
        assertThat(tools.reachedFrom(neighbour, others)).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void an_agent_reaches_neither_services_nor_database_nor_api_server_nor_another_agent() throws Exception {
        List<String> services =
                List.of(service("orchestrator", 8000), service("gateway", 8001), service("postgresql", 5432));
        List<String> open = List.of(API_SERVER, at(neighbour, 443));

        assertThat(tools.reachedFrom(agent, both(services, open))).isEmpty();
        assertThat(tools.reachedFrom(agent, List.of(at(otherAgent, 80), at(otherAgent, 443), at(otherAgent, PORT))))
                .isEmpty();
        // They are there, for those who may.
        assertThat(tools.reachedFrom(stranger, open)).containsExactlyInAnyOrderElementsOf(open);
        assertThat(tools.reachedFrom(likeOrchestrator, services.subList(1, 3))).hasSize(2);
        assertThat(tools.reachedFrom(likeGateway, services.subList(0, 1))).hasSize(1);
    }

    @Test
    void an_agent_reaches_the_web_and_no_address_that_is_somebodys_own() throws Exception {
        try (HostAddresses addresses = HostAddresses.listen(cluster)) {
            List<String> web = List.of(
                    HostAddresses.INTERNET + ":" + HostAddresses.HTTP,
                    HostAddresses.INTERNET + ":" + HostAddresses.HTTPS);
            List<String> rest =
                    both(HostAddresses.privateServers(), List.of(HostAddresses.INTERNET + ":" + HostAddresses.OTHER));

            assertThat(tools.reachedFrom(agent, both(web, rest))).containsExactlyInAnyOrderElementsOf(web);
            assertThat(tools.reachedFrom(stranger, both(web, rest)))
                    .containsExactlyInAnyOrderElementsOf(both(web, rest));
        }
    }

    @Test
    void nobody_reaches_an_agent() throws Exception {
        // It listens: the kubelet, which policies do not concern, has seen it.
        List<String> ports = List.of(at(agent, 80), at(agent, PORT));

        for (Pod pod : List.of(otherAgent, likeOrchestrator, likeGateway, neighbour, stranger, admitted)) {
            assertThat(tools.reachedFrom(pod, ports))
                    .as(pod.getMetadata().getName())
                    .isEmpty();
        }
    }

    @Test
    void the_orchestrator_hears_the_gateway_and_namespaces_that_are_let_in() throws Exception {
        assertThat(whoReaches(service("orchestrator", 8000))).containsExactlyInAnyOrder("like-gateway", "admitted");
    }

    @Test
    void the_gateway_hears_the_orchestrator_and_namespaces_that_are_let_in() throws Exception {
        assertThat(whoReaches(service("gateway", 8001))).containsExactlyInAnyOrder("like-orchestrator", "admitted");
    }

    @Test
    void the_database_hears_the_orchestrator_alone() throws Exception {
        assertThat(whoReaches(service("postgresql", 5432))).containsExactly("like-orchestrator");
    }

    @Test
    void redis_hears_the_services_and_the_agents() throws Exception {
        assertThat(whoReaches(service("redis", 6379)))
                .containsExactlyInAnyOrder("like-orchestrator", "like-gateway", "agent", "other-agent");
    }

    @Test
    void the_stores_talk_to_nobody() throws Exception {
        List<String> others = List.of(at(neighbour, 80), at(stranger, 443));

        assertThat(tools.reachedFrom(likeOrchestrator, others)).hasSize(2);
        assertStoreReaches("postgresql", 5432, others);
        assertStoreReaches("redis", 6379, others);
    }

    /** Their own port on the loopback interface, which is no policy's business, and none of {@code others}. */
    private void assertStoreReaches(String store, int port, List<String> others) throws Exception {
        assertThat(opensFrom(store, "127.0.0.1:" + port)).isTrue();
        for (String other : others) {
            assertThat(opensFrom(store, other)).as("%s to %s", store, other).isFalse();
        }
    }

    /** Tried with what the stores' own images have, which is no Python. */
    private boolean opensFrom(String store, String target) throws Exception {
        int colon = target.lastIndexOf(':');
        return cluster.tryKubectl(
                                "",
                                "exec",
                                "--namespace",
                                stack.namespace(),
                                "statefulset/" + stack.name(store),
                                "--",
                                "timeout",
                                "4",
                                "bash",
                                "-c",
                                "exec 3<>/dev/tcp/" + target.substring(0, colon) + "/" + target.substring(colon + 1))
                        .code()
                == 0;
    }

    private Set<String> whoReaches(String target) throws Exception {
        Set<String> who = new TreeSet<>();
        for (Pod pod : List.of(agent, otherAgent, likeOrchestrator, likeGateway, neighbour, stranger, admitted)) {
            if (!tools.reachedFrom(pod, List.of(target)).isEmpty()) {
                who.add(pod.getMetadata().getName());
            }
        }
        return who;
    }

    private String service(String part, int port) {
        return stack.name(part) + "." + stack.namespace() + ".svc.cluster.local:" + port;
    }

    private static String at(Pod pod, int port) {
        return pod.getStatus().getPodIP() + ":" + port;
    }

    private static List<String> both(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
