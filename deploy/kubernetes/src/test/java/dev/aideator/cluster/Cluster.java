package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The cluster that KUBECONFIG names. What tests make in it is in namespaces of their own, which wear a label, and is
 * gone when they are closed.
 */
public final class Cluster implements AutoCloseable {

    static final Map<String, String> OURS = Map.of("aideator.dev/test", "true");

    private static final Duration GONE_WITHIN = Duration.ofMinutes(3);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final Images images = Images.fromEnvironment();
    private final List<String> namespaces = new ArrayList<>();

    private Cluster() {}

    /** Skips the test where there is no cluster: only KUBECONFIG counts, not what a home folder happens to name. */
    public static Cluster connect() {
        String kubeconfig = System.getenv("KUBECONFIG");
        Assumptions.assumeTrue(
                kubeconfig != null && !kubeconfig.isBlank(),
                "SKIPPED: no cluster. Start the tests with ./aideator test --cluster, or set KUBECONFIG.");
        return new Cluster();
    }

    public KubernetesClient client() {
        return client;
    }

    public Images images() {
        return images;
    }

    /** The kit that runs this cluster; skips the test where the cluster is another's, which nobody may break. */
    public Kit kit() {
        String script = System.getenv("CLUSTER_KIT");
        Assumptions.assumeTrue(
                script != null && !script.isBlank(), "SKIPPED: this cluster is not the kit's, so it is not broken");
        return new Kit(script);
    }

    public boolean isKit() {
        return System.getenv("CLUSTER_KIT") != null;
    }

    /** A name that nobody else uses, beginning with {@code prefix}. */
    public static String unique(String prefix) {
        byte[] bytes = new byte[3];
        RANDOM.nextBytes(bytes);
        return prefix + "-" + HexFormat.of().formatHex(bytes);
    }

    /** Makes a namespace with a name of its own, which goes when this is closed. */
    public String namespace(String prefix, Map<String, String> labels) {
        String name = unique(prefix);
        makeNamespace(name, labels);
        return name;
    }

    /** Makes a namespace of this name, which goes when this is closed. */
    public void makeNamespace(String name, Map<String, String> labels) {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .addToLabels(OURS)
                .endMetadata()
                .build();
        client.resource(namespace).create();
        namespaces.add(name);
    }

    public String kubectl(String... arguments) throws IOException, InterruptedException {
        return tryKubectl("", arguments).mustSucceed();
    }

    /** With {@code input} as its standard input; fails or not, as it likes. */
    Command.Result tryKubectl(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return Command.run(command, input);
    }

    /** Waits until what was made is ready, and tells what stands in the way where it does not become so. */
    public void awaitRollout(String namespace, String kindAndName, Duration within)
            throws IOException, InterruptedException {
        Command.Result rollout = tryKubectl(
                "", "rollout", "status", "--namespace", namespace, kindAndName, "--timeout", within.toSeconds() + "s");
        if (rollout.code() != 0) {
            throw new AssertionError(rollout.output() + "\n" + describe(namespace));
        }
    }

    /** Pods, events and the last lines of logs: what one asks first when something does not come up. */
    public String describe(String namespace) throws IOException, InterruptedException {
        StringBuilder told = new StringBuilder()
                .append(tryKubectl("", "get", "pods,jobs", "--namespace", namespace, "-o", "wide")
                        .output())
                .append(tryKubectl("", "get", "events", "--namespace", namespace, "--sort-by", ".lastTimestamp")
                        .output());
        client.pods().inNamespace(namespace).list().getItems().forEach(pod -> {
            try {
                told.append("--- ")
                        .append(pod.getMetadata().getName())
                        .append('\n')
                        .append(tryKubectl(
                                        "",
                                        "logs",
                                        "--namespace",
                                        namespace,
                                        pod.getMetadata().getName(),
                                        "--all-containers",
                                        "--tail",
                                        "40")
                                .output());
            } catch (IOException e) {
                told.append(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return told.toString();
    }

    /** Removes a namespace with all that is in it, and waits until it is gone. */
    public void remove(String namespace) {
        client.namespaces().withName(namespace).delete();
        client.namespaces()
                .withName(namespace)
                .waitUntilCondition(gone -> gone == null, GONE_WITHIN.toSeconds(), TimeUnit.SECONDS);
        releaseVolumes(namespace);
        namespaces.remove(namespace);
    }

    /**
     * Volumes that a removed claim leaves behind for a person to look at, as those of the kit's storage class, are
     * given back: no person will come.
     */
    private void releaseVolumes(String namespace) {
        for (PersistentVolume volume : client.persistentVolumes().list().getItems()) {
            boolean ours = Optional.ofNullable(volume.getSpec().getClaimRef())
                    .filter(claim -> namespace.equals(claim.getNamespace()))
                    .isPresent();
            if (ours && isKit()) {
                empty(volume);
                client.persistentVolumes()
                        .withName(volume.getMetadata().getName())
                        .edit(released -> {
                            released.getSpec().setClaimRef(null);
                            return released;
                        });
            }
        }
    }

    /** The kit's volumes are folders of this machine. */
    private static void empty(PersistentVolume volume) {
        try {
            Command.run(List.of("find", volume.getSpec().getHostPath().getPath(), "-mindepth", "1", "-delete"))
                    .mustSucceed();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes or changes it, as {@code kubectl apply} does. */
    public <T extends HasMetadata> T apply(T resource) {
        return client.resource(resource).serverSideApply();
    }

    @Override
    public void close() {
        // All at once: each takes its time.
        namespaces.forEach(name -> client.namespaces().withName(name).delete());
        List.copyOf(namespaces).forEach(this::remove);
        client.close();
    }
}
