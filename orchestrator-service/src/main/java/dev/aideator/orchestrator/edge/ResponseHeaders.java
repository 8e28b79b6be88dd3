package dev.aideator.orchestrator.edge;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/** Headers that keep a browser from doing with our answers what they are not for, and say how long each may be kept. */
final class ResponseHeaders implements Handler<RoutingContext> {

    // Component libraries set styles from script; a style can't start anything.
    private static final String OUR_PAGE = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'";

    // Swagger UI starts by a script in its page.
    private static final String SWAGGER_PAGE =
            OUR_PAGE.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'");

    @Override
    public void handle(RoutingContext context) {
        String path = context.normalizedPath();
        context.addHeadersEndHandler(end -> {
            MultiMap headers = context.response().headers();
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            headers.set("Content-Security-Policy", path.startsWith("/q/swagger-ui") ? SWAGGER_PAGE : OUR_PAGE);
            keep(path, context.response().getStatusCode(), headers);
        });
        context.next();
    }

    private static void keep(String path, int status, MultiMap headers) {
        if (path.startsWith("/assets/") && (status == 200 || status == 206 || status == 304)) {
            // Their names carry a hash of their contents.
            headers.set("Cache-Control", "public, max-age=31536000, immutable");
        } else if (path.startsWith("/q/swagger-ui/")) {
            return;
        } else if (path.startsWith("/api/") || path.equals("/health")) {
            if (!headers.contains("Cache-Control")) {
                headers.set("Cache-Control", "no-store");
            }
        } else {
            headers.set("Cache-Control", "no-cache");
        }
    }
}
