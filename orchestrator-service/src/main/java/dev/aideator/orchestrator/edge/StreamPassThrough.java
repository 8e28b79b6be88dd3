package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import org.jboss.logging.Logger;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Answers the stream paths by passing them through to the gateway, so that the dashboard, the API and the streams have
 * one origin. In a cluster an ingress sends them there directly.
 *
 * <p>Runs on event loops; a viewer costs two connections and no thread, however long it stays.
 */
@ApplicationScoped
class StreamPassThrough {

    private static final Logger LOG = Logger.getLogger(StreamPassThrough.class);
    private static final String STREAMS = "/api/v1/(?:runs/[^/]+/stream(?:/redis)?|stream)";

    private final HttpProxy proxy;

    StreamPassThrough(Vertx vertx, EdgeConfig config) {
        URI gateway = config.gatewayUrl();
        long patience = config.gatewayPatience().toMillis();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(patience))
                // A connection per viewer; a silent stream is a healthy one, so no idle timeout.
                .setMaxPoolSize(20_000)
                .setIdleTimeout(0)
                .setKeepAliveTimeout(20)
                .setSsl("https".equals(gateway.getScheme()))
                .setTcpKeepAlive(true);
        this.proxy = HttpProxy.reverseProxy(vertx.createHttpClient(options))
                .origin(port(gateway), gateway.getHost())
                .addInterceptor(new NamedViewer())
                .addInterceptor(new GatewayAway(patience));
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    }

    void install(@Observes Router router) {
        router.routeWithRegex(STREAMS).order(1).handler(this::pass);
    }

    private void pass(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            proxy.handle(context.request());
        } else {
            context.response().putHeader("Allow", "GET, HEAD");
            FrameworkProblems.of(405, method.name(), context.request().path()).send(context.response());
        }
    }

    /** Tells the gateway whose the request is, if it trusts us: to it all would come from one address. */
    private record NamedViewer() implements ProxyInterceptor {

        private static final String HEADER = "X-Forwarded-For";

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            SocketAddress viewer = context.request().proxiedRequest().remoteAddress();
            if (viewer != null && viewer.hostAddress() != null) {
                context.request().headers().add(HEADER, viewer.hostAddress());
            }
            return context.sendRequest();
        }
    }

    /** Tells a viewer that the gateway is away, and when to come back, where the proxy would answer an empty 502. */
    private record GatewayAway(long patienceMillis) implements ProxyInterceptor {

        private static final Problem AWAY = new Problem(
                503,
                "gateway-away",
                "The stream gateway is away",
                "The stream can't be shown at this moment; nothing of it is lost. Try again in a few seconds.");

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            return context.sendRequest()
                    .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                    .recover(cause -> {
                        LOG.warnf("The stream gateway does not answer: %s", cause.getMessage());
                        return Future.succeededFuture(away(context));
                    });
        }

        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            Future<Void> sent = context.sendResponse();
            HttpServerResponse viewer = context.request().proxiedRequest().response();
            if (viewer.isChunked() && !viewer.headWritten() && !viewer.closed()) {
                // Else the head would wait for the first event, and a browser would think the stream is not there.
                viewer.writeHead();
            }
            return sent;
        }

        private static ProxyResponse away(ProxyContext context) {
            return context.request()
                    .release()
                    .response()
                    .setStatusCode(AWAY.status())
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("Retry-After", "2")
                    .setBody(Body.body(AWAY.toJson().toBuffer()));
        }
    }
}
