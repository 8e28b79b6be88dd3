package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Pods of the tests' own that run a script with Python, as the restricted profile wants them. */
final class ToolPods {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Cluster cluster;

    ToolPods(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Starts a pod that runs a script of the resources, and takes connections on {@code ports} once it is ready. */
    Pod start(
            String namespace,
            String name,
            Map<String, String> labels,
            String script,
            List<Integer> ports,
            String... arguments) {
        cluster.apply(new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .addToData("script.py", text(script))
                .build());
        return cluster.apply(desired(namespace, name, labels, ports, arguments));
    }

    /** The pod alone, as the restricted profile wants it; its script is a ConfigMap of the same name. */
    Pod desired(String namespace, String name, Map<String, String> labels, List<Integer> ports, String... arguments) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .withAutomountServiceAccountToken(false)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65532L)
                // It listens where servers do.
                .addNewSysctl("net.ipv4.ip_unprivileged_port_start", "0")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container(ports, arguments))
                .addNewVolume()
                .withName("script")
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .endVolume()
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build();
    }

    private Container container(List<Integer> ports, String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "/script/script.py"));
        command.addAll(List.of(arguments));
        ContainerBuilder container = new ContainerBuilder()
                .withName("tool")
                .withImage(cluster.images().tools())
                .withCommand(command)
                .addNewEnv()
                .withName("HOME")
                .withValue("/tmp")
                .endEnv()
                .withNewResources()
                .addToRequests("cpu", Quantity.parse("10m"))
                .addToRequests("memory", Quantity.parse("32Mi"))
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .addNewVolumeMount()
                .withName("script")
                .withMountPath("/script")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount();
        if (!ports.isEmpty()) {
            container
                    .withNewReadinessProbe()
                    .withNewTcpSocket()
                    .withNewPort(ports.getFirst())
                    .endTcpSocket()
                    .withPeriodSeconds(1)
                    .endReadinessProbe();
        }
        return container.build();
    }

    /** The pod, with its address, once it is ready. */
    Pod await(Pod pod) {
        return cluster.client().resource(pod).waitUntilReady(READY_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    void remove(Pod pod) {
        cluster.client().resource(pod).delete();
        cluster.client()
                .configMaps()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .delete();
    }

    /** Which of these, each {@code host:port}, take a connection from the pod. */
    Set<String> reachedFrom(Pod pod, Collection<String> targets) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "exec",
                "--namespace",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                "--",
                "python3",
                "-c",
                text("reach.py")));
        List<String> asked = List.copyOf(targets);
        command.addAll(asked);
        List<String> words =
                cluster.kubectl(command.toArray(String[]::new)).strip().lines().toList();
        if (words.size() != asked.size()) {
            throw new AssertionError(String.join("\n", words));
        }
        Set<String> reached = new TreeSet<>();
        for (int i = 0; i < asked.size(); i++) {
            if ("reached".equals(words.get(i))) {
                reached.add(asked.get(i));
            }
        }
        return reached;
    }

    private static String text(String resource) {
        try (InputStream stream = ToolPods.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
