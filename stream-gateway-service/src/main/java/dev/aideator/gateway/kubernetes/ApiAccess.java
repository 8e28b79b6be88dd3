package dev.aideator.gateway.kubernetes;

import io.vertx.core.buffer.Buffer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the API server is, and how it and we know each other: from a kubeconfig, or as every pod finds it.
 *
 * @param server its address, without a slash at the end
 * @param authority the certificates that its own must come from; null for those that Java trusts
 * @param unverified whether any certificate will do
 * @param certificate ours, with {@code key}; both null where a token is what we have
 * @param token null where it stands in {@code tokenFile}, or there is none
 * @param tokenFile read again for each request, as it is renewed from time to time; null where there is none
 */
record ApiAccess(
        String server,
        Buffer authority,
        boolean unverified,
        Buffer certificate,
        Buffer key,
        String token,
        Path tokenFile) {

    /** Throws IllegalStateException, with a sentence for the operator, when there is no way to an API server. */
    static ApiAccess find(KubernetesConfig config) {
        Optional<Path> kubeconfig = config.kubeconfig().flatMap(ApiAccess::firstThatExists);
        if (kubeconfig.isEmpty() && config.serviceHost().isPresent()) {
            return inPod(config);
        }
        Path file = kubeconfig.orElse(Path.of(System.getProperty("user.home"), ".kube", "config"));
        if (!Files.exists(file)) {
            throw new IllegalStateException(
                    "The pods' logs are to be read (AIDEATOR_LOGS=pods), but this is no pod, and there is no " + file
                            + ": set KUBECONFIG");
        }
        try {
            return ofKubeconfig(file);
        } catch (RuntimeException e) {
            throw new IllegalStateException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Optional<Path> firstThatExists(String files) {
        return Arrays.stream(files.split(":"))
                .filter(name -> !name.isBlank())
                .map(Path::of)
                .filter(Files::exists)
                .findFirst();
    }

    private static ApiAccess inPod(KubernetesConfig config) {
        String host = config.serviceHost().orElseThrow();
        return new ApiAccess(
                "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + config.servicePort(),
                read(config.serviceAccount().resolve("ca.crt")),
                false,
                null,
                null,
                null,
                config.serviceAccount().resolve("token"));
    }

    private static ApiAccess ofKubeconfig(Path file) {
        Entry config = new Entry(
                new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(read(file).toString()),
                file.toAbsolutePath().getParent());
        Entry context = config.named("contexts", config.text("current-context").orElse(""), "context");
        Entry cluster = config.named("clusters", context.text("cluster").orElse(""), "cluster");
        Entry user = config.named("users", context.text("user").orElse(""), "user");
        if (user.fields.containsKey("exec") || user.fields.containsKey("auth-provider")) {
            throw new IllegalStateException(
                    "its user gets a token from another program; the gateway takes a token or a certificate");
        }
        return new ApiAccess(
                cluster.text("server").orElseThrow().replaceAll("/+$", ""),
                cluster.content("certificate-authority"),
                Boolean.TRUE.equals(cluster.fields.get("insecure-skip-tls-verify")),
                user.content("client-certificate"),
                user.content("client-key"),
                user.text("token").orElse(null),
                user.text("tokenFile").map(user.folder::resolve).orElse(null));
    }

    private static Buffer read(Path file) {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of a kubeconfig; files that it names are meant from its own folder. */
    private record Entry(Map<?, ?> fields, Path folder) {

        Entry named(String list, String name, String part) {
            return ((List<?>) fields.get(list))
                    .stream()
                            .map(element -> (Map<?, ?>) element)
                            .filter(element -> name.equals(element.get("name")))
                            .map(element -> new Entry((Map<?, ?>) element.get(part), folder))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("it has no " + part + " " + name));
        }

        Optional<String> text(String name) {
            return Optional.ofNullable(fields.get(name)).map(Object::toString);
        }

        /** What stands under {@code name-data}, or in the file under {@code name}; null for neither. */
        Buffer content(String name) {
            return text(name + "-data")
                    .map(data -> Buffer.buffer(Base64.getDecoder().decode(data)))
                    .or(() -> text(name).map(file -> read(folder.resolve(file))))
                    .orElse(null);
        }
    }

    @Override
    public String toString() {
        // Neither token nor key.
        return server;
    }
}
