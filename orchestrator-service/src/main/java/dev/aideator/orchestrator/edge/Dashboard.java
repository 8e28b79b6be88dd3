package dev.aideator.orchestrator.edge;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * The dashboard is one page that knows its own paths: whatever a person opens in a browser and is neither a file nor
 * another part's path gets that page. Quarkus serves the files themselves, from META-INF/resources.
 */
@ApplicationScoped
class Dashboard {

    private static final String FILES = "META-INF/resources";
    private static final String PAGE = "/index.html";

    private final boolean built = exists(PAGE);

    void install(@Observes Router router) {
        router.route().method(HttpMethod.GET).method(HttpMethod.HEAD).order(0).handler(this::show);
    }

    /** Whether the answer is the dashboard's page or a file of it, and so the same for everybody. */
    static boolean serves(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.normalizedPath();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && (path.equals("/") || isFile(path) || isPage(context, path));
    }

    private static boolean isPage(RoutingContext context, String path) {
        String accept = context.request().getHeader("Accept");
        return !isAnothers(path) && accept != null && accept.contains("text/html") && !isFile(path);
    }

    private void show(RoutingContext context) {
        if (!isPage(context, context.normalizedPath())) {
            context.next();
        } else if (built) {
            context.reroute(PAGE);
        } else {
            context.response()
                    .setStatusCode(404)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("""
                            The dashboard is not built into this service: ./aideator up builds it.
                            The API is described at /q/swagger-ui.
                            """);
        }
    }

    private static boolean isAnothers(String path) {
        return isUnder(path, "/api") || isUnder(path, "/q") || isUnder(path, "/internal") || isUnder(path, "/health");
    }

    private static boolean isUnder(String path, String root) {
        return path.equals(root) || path.startsWith(root + "/");
    }

    private static boolean isFile(String path) {
        return !path.endsWith("/") && path.indexOf('.') >= 0 && exists(path);
    }

    private static boolean exists(String path) {
        return Thread.currentThread().getContextClassLoader().getResource(FILES + path) != null;
    }
}
