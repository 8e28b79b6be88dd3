package dev.aideator.orchestrator.edge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;

/**
 * Reads a body as far as the limit, and as text whatever bytes it has: what is not UTF-8 becomes U+FFFD, as in a
 * browser, so that a prompt with a few broken characters is not lost.
 */
@Provider
class BodyReader implements ReaderInterceptor {

    // Asked for late: readers are made before the configuration of the running service is there.
    private final Instance<EdgeConfig> config;

    BodyReader(Instance<EdgeConfig> config) {
        this.config = config;
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        int maxBytes = config.get().maxBodyBytes();
        byte[] body = context.getInputStream().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw BodyLimit.exceeded(maxBytes);
        }
        byte[] text = new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        context.setInputStream(new ByteArrayInputStream(text));
        return context.proceed();
    }
}
