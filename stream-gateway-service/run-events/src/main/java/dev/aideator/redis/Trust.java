package dev.aideator.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/** Whose certificates are believed. {@code authorities}: in PEM; the JVM's own where there are none. */
record Trust(Optional<String> authorities, boolean verifiesHost) {

    private static final String PEM = "-----BEGIN";

    Trust {
        authorities.ifPresent(Trust::requireCertificates);
    }

    /** {@code setting}: REDIS_TLS_CA, a file's name or what such a file has in it. */
    static String pem(String setting) {
        if (setting.contains(PEM)) {
            return setting;
        }
        try {
            return Files.readString(Path.of(setting));
        } catch (IOException | RuntimeException e) {
            throw new BadRedisSetting("REDIS_TLS_CA names a file that can't be read (" + setting
                    + "): give a PEM file's path, or the PEM text itself.");
        }
    }

    private static void requireCertificates(String pem) {
        try {
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .isEmpty()) {
                return;
            }
        } catch (CertificateException e) {
            // said below
        }
        throw new BadRedisSetting("REDIS_TLS_CA has no certificate in it: it wants PEM, which begins with"
                + " -----BEGIN CERTIFICATE-----.");
    }

    void applyTo(NetClientOptions net) {
        net.setSsl(true).setHostnameVerificationAlgorithm(verifiesHost ? "HTTPS" : "");
        authorities.ifPresent(pem -> net.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
    }
}
