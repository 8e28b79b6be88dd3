package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectRulesReviewStatus;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What service accounts may do in a deployed stack, and what the agents' namespace takes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RightsContract {

    private static final Duration SOON = Duration.ofMinutes(1);

    private Cluster cluster;
    private DeployedStack stack;
    private ToolPods tools;

    abstract DeployedStack stack();

    @BeforeAll
    void connect() {
        stack = stack();
        cluster = stack.cluster();
        tools = new ToolPods(cluster);
    }

    @Test
    void the_orchestrator_may_do_in_the_agents_namespace_what_it_does_and_nothing_anywhere_else() {
        String account = account(stack.namespace(), stack.name("orchestrator"));

        assertThat(rights(account, stack.agentsNamespace()))
                .containsExactlyInAnyOrder(
                        "create batch/jobs",
                        "delete batch/jobs",
                        "get batch/jobs",
                        "list batch/jobs",
                        "watch batch/jobs",
                        "delete pods",
                        "get pods",
                        "list pods",
                        "watch pods",
                        "get pods/log",
                        "create secrets",
                        "delete secrets",
                        "patch secrets",
                        "list events",
                        "list resourcequotas");
        assertThat(rights(account, stack.namespace())).isEmpty();
        assertThat(rights(account, "kube-system")).isEmpty();
    }

    @Test
    void the_gateway_may_read_the_agents_pods_and_logs_and_nothing_anywhere_else() {
        String account = account(stack.namespace(), stack.name("gateway"));

        assertThat(rights(account, stack.agentsNamespace())).containsExactlyInAnyOrder("list pods", "get pods/log");
        assertThat(rights(account, stack.namespace())).isEmpty();
        assertThat(rights(account, "kube-system")).isEmpty();
    }

    /** Neither of them wanted more than it has, whatever has been run on the stack so far. */
    @Test
    void nothing_was_denied_to_the_services() throws Exception {
        for (String part : List.of("orchestrator", "gateway")) {
            String said = cluster.kubectl(
                    "logs",
                    "--namespace",
                    stack.namespace(),
                    "--selector",
                    "app.kubernetes.io/name=" + stack.name(part),
                    "--tail",
                    "-1");
            assertThat(said).contains("started in").doesNotContainIgnoringCase("forbidden");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "get, '', secrets, ''",
        "list, '', secrets, ''",
        "watch, '', secrets, ''",
        "update, '', secrets, ''",
        "create, '', pods, ''",
        "create, '', pods, exec",
        "create, '', pods, attach",
        "create, '', pods, portforward",
        "update, '', pods, ephemeralcontainers",
        "create, '', serviceaccounts, token",
        "create, '', services, ''",
        "get, '', configmaps, ''",
        "create, apps, deployments, ''",
        "create, rbac.authorization.k8s.io, roles, ''",
        "update, rbac.authorization.k8s.io, roles, ''",
        "create, rbac.authorization.k8s.io, rolebindings, ''",
        "delete, networking.k8s.io, networkpolicies, ''",
        "update, '', resourcequotas, ''",
        "patch, '', namespaces, ''",
        "list, '', namespaces, ''",
        "list, '', nodes, ''",
        "impersonate, '', serviceaccounts, ''"
    })
    void no_account_may(String verb, String group, String resource, String subresource) {
        for (String namespace : List.of(stack.agentsNamespace(), stack.namespace(), "kube-system")) {
            for (String account : List.of(
                    account(stack.namespace(), stack.name("orchestrator")),
                    account(stack.namespace(), stack.name("gateway")),
                    account(stack.agentsNamespace(), "agent"))) {
                assertThat(allowed(account, verb, group, resource, subresource, namespace))
                        .as("%s in %s", account, namespace)
                        .isFalse();
            }
        }
    }

    /** Else {@link #no_account_may} would say nothing. */
    @Test
    void what_an_account_may_is_seen() {
        String orchestrator = account(stack.namespace(), stack.name("orchestrator"));

        assertThat(allowed(orchestrator, "create", "batch", "jobs", "", stack.agentsNamespace()))
                .isTrue();
        assertThat(allowed(orchestrator, "create", "batch", "jobs", "", stack.namespace()))
                .isFalse();
    }

    @Test
    void an_agent_has_neither_rights_nor_a_token() {
        String account = account(stack.agentsNamespace(), "agent");
        for (String namespace : List.of(stack.agentsNamespace(), stack.namespace(), "kube-system")) {
            assertThat(rights(account, namespace)).as(namespace).isEmpty();
        }

        String run = stack.start("What is here?", "survey", 1);
        List<Pod> agents = await().atMost(SOON)
                .until(
                        () -> cluster.client()
                                .pods()
                                .inNamespace(stack.agentsNamespace())
                                .withLabel("aideator.dev/run", run)
                                .list()
                                .getItems(),
                        pods -> !pods.isEmpty());

        assertThat(agents).allSatisfy(pod -> {
            assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("agent");
            assertThat(hasToken(pod)).isFalse();
        });
    }

    /** Even where the pod does not say that it wants none. */
    @Test
    void the_agents_account_gives_no_token() {
        assertThat(hasToken(admitted(pod(unsaid -> unsaid, "agent")))).isFalse();
        // An account of the usual kind does.
        assertThat(hasToken(admitted(pod(unsaid -> unsaid, "default")))).isTrue();
    }

    /** Ways out of a container that the restricted profile closes. */
    enum Escape {
        PRIVILEGED {
            @Override
            Pod of(Pod pod) {
                return with(
                        pod,
                        container -> container
                                .editSecurityContext()
                                .withPrivileged(true)
                                .withAllowPrivilegeEscalation(true)
                                .endSecurityContext());
            }
        },
        ROOT {
            @Override
            Pod of(Pod pod) {
                return new PodBuilder(pod)
                        .editSpec()
                        .editSecurityContext()
                        .withRunAsNonRoot(false)
                        .withRunAsUser(0L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
            }
        },
        CAPABILITY {
            @Override
            Pod of(Pod pod) {
                return with(
                        pod,
                        container -> container
                                .editSecurityContext()
                                .editCapabilities()
                                .addToAdd("NET_ADMIN")
                                .endCapabilities()
                                .endSecurityContext());
            }
        },
        NO_SECCOMP {
            @Override
            Pod of(Pod pod) {
                return new PodBuilder(pod)
                        .editSpec()
                        .editSecurityContext()
                        .withSeccompProfile(null)
                        .endSecurityContext()
                        .endSpec()
                        .build();
            }
        },
        HOST_NETWORK {
            @Override
            Pod of(Pod pod) {
                return new PodBuilder(pod)
                        .editSpec()
                        .withHostNetwork(true)
                        // Of its own a pod must not want one there.
                        .editSecurityContext()
                        .withSysctls()
                        .endSecurityContext()
                        .endSpec()
                        .build();
            }
        },
        HOST_FOLDER {
            @Override
            Pod of(Pod pod) {
                return new PodBuilder(pod)
                        .editSpec()
                        .addNewVolume()
                        .withName("host")
                        .withNewHostPath("/", "Directory")
                        .endVolume()
                        .endSpec()
                        .build();
            }
        };

        abstract Pod of(Pod pod);
    }

    @ParameterizedTest
    @EnumSource
    void the_agents_namespace_takes_no_pod_with(Escape escape) {
        Pod plain = pod(UnaryOperator.identity(), "agent");
        admitted(plain);

        assertThatThrownBy(() -> admitted(escape.of(plain)))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("violates PodSecurity \"restricted");
    }

    @Test
    void a_container_that_asks_for_nothing_gets_a_share_and_a_limit() {
        Container container = admitted(pod(silent -> silent.withNewResources().endResources(), "agent"))
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
    }

    @Test
    void a_container_may_not_have_more_than_the_limit() {
        assertThatThrownBy(() -> admitted(pod(limited("9", "1Gi"), "agent")))
                .hasMessageContaining("maximum cpu usage per Container");
        assertThatThrownBy(() -> admitted(pod(limited("1", "17Gi"), "agent")))
                .hasMessageContaining("maximum memory usage per Container");
    }

    @Test
    void all_agents_together_may_not_have_more_than_the_quota() {
        Pod one = pod(limited("8", "1Gi"), "agent");
        Container container = one.getSpec().getContainers().getFirst();
        List<Container> many = Collections.nCopies(20, container);
        Pod greedy = new PodBuilder(one)
                .editSpec()
                .withContainers(IntStream.range(0, many.size())
                        .mapToObj(i -> new ContainerBuilder(many.get(i))
                                .withName("tool-" + i)
                                .build())
                        .toList())
                .endSpec()
                .build();

        assertThatThrownBy(() -> admitted(greedy)).hasMessageContaining("exceeded quota: agents");
    }

    @Test
    void agents_have_neither_services_nor_volumes_that_stay() {
        assertThatThrownBy(() -> admitted(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("door")
                        .withNamespace(stack.agentsNamespace())
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build()))
                .hasMessageContaining("exceeded quota: agents");
        assertThatThrownBy(() -> admitted(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName("hoard")
                        .withNamespace(stack.agentsNamespace())
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .addToRequests("storage", Quantity.parse("1Gi"))
                        .endResources()
                        .endSpec()
                        .build()))
                .hasMessageContaining("exceeded quota: agents");
    }

    /** What the API server makes of it, without keeping it. */
    private <T extends HasMetadata> T admitted(T object) {
        return cluster.client().resource(object).dryRun(true).create();
    }

    private Pod pod(UnaryOperator<ContainerBuilder> change, String account) {
        Pod pod = tools.desired(stack.agentsNamespace(), Cluster.unique("tried"), Map.of(), List.of());
        return with(
                new PodBuilder(pod)
                        .editSpec()
                        .withServiceAccountName(account)
                        .withAutomountServiceAccountToken(null)
                        .endSpec()
                        .build(),
                change);
    }

    private static UnaryOperator<ContainerBuilder> limited(String cpu, String memory) {
        Map<String, Quantity> amounts = Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory));
        return container -> container
                .withNewResources()
                .withRequests(amounts)
                .withLimits(amounts)
                .endResources();
    }

    private static Pod with(Pod pod, UnaryOperator<ContainerBuilder> change) {
        Container container = pod.getSpec().getContainers().getFirst();
        return new PodBuilder(pod)
                .editSpec()
                .withContainers(change.apply(new ContainerBuilder(container)).build())
                .endSpec()
                .build();
    }

    private static boolean hasToken(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .map(Volume::getProjected)
                .anyMatch(projected -> projected != null
                        && projected.getSources().stream().anyMatch(source -> source.getServiceAccountToken() != null));
    }

    private boolean allowed(
            String account, String verb, String group, String resource, String subresource, String namespace) {
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(account)
                .withGroups("system:serviceaccounts", "system:authenticated")
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(resource)
                .withSubresource(subresource)
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return cluster.client()
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    /** All that an account may do in a namespace, such as {@code "get pods/log"}, but for what any account may. */
    private Set<String> rights(String account, String namespace) {
        Set<String> rights = rules(account, namespace);
        rights.removeAll(rules(account(stack.namespace(), "nobody"), namespace));
        return rights;
    }

    private Set<String> rules(String account, String namespace) {
        try (KubernetesClient impersonating = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(cluster.client().getConfiguration())
                        .withImpersonateUsername(account)
                        .build())
                .build()) {
            SubjectRulesReviewStatus status = impersonating
                    .authorization()
                    .v1()
                    .selfSubjectRulesReview()
                    .create(new SelfSubjectRulesReviewBuilder()
                            .withNewSpec()
                            .withNamespace(namespace)
                            .endSpec()
                            .build())
                    .getStatus();
            assertThat(status.getIncomplete()).isFalse();
            Set<String> rules = new TreeSet<>();
            status.getResourceRules()
                    .forEach(rule -> rule.getApiGroups()
                            .forEach(group -> rule.getResources()
                                    .forEach(resource -> rule.getVerbs()
                                            .forEach(verb -> rules.add(verb + " " + (group.isEmpty() ? "" : group + "/")
                                                    + resource + names(rule.getResourceNames()))))));
            status.getNonResourceRules()
                    .forEach(rule -> rule.getNonResourceURLs()
                            .forEach(url -> rule.getVerbs().forEach(verb -> rules.add(verb + " " + url))));
            return rules;
        }
    }

    private static String names(List<String> only) {
        return only.isEmpty() ? "" : " " + only;
    }

    private static String account(String namespace, String name) {
        return "system:serviceaccount:" + namespace + ":" + name;
    }
}
