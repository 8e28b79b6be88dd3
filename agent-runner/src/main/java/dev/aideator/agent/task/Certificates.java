package dev.aideator.agent.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that this process trusts, when SSL_CERT_FILE names a file of them (PEM, any number), as OpenSSL and
 * most other programs have it. They replace those that the executable was built with, so that an installation with an
 * authority of its own gives its agents one file.
 */
public final class Certificates {

    private Certificates() {}

    /** From here on every TLS connection that names nothing else trusts these, if there is a file. Throws {@link BadSetting}. */
    public static void trust(Settings settings) {
        settings.certificates().ifPresent(Certificates::trust);
    }

    private static void trust(Path file) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(file).getTrustManagers(), null);
            SSLContext.setDefault(context);
        } catch (IOException | GeneralSecurityException e) {
            throw new BadSetting("SSL_CERT_FILE " + file + " can't be read as certificates in PEM form: "
                    + e.getMessage() + ". Name a file that has them, or leave it out.");
        }
    }

    private static TrustManagerFactory managers(Path file) throws IOException, GeneralSecurityException {
        Collection<? extends Certificate> authorities;
        try (InputStream pem = Files.newInputStream(file)) {
            authorities = CertificateFactory.getInstance("X.509").generateCertificates(pem);
        }
        if (authorities.isEmpty()) {
            throw new IOException("there is none in it");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate authority : authorities) {
            store.setCertificateEntry(Integer.toString(number++), authority);
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return managers;
    }
}
