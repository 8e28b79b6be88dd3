package dev.aideator.gateway.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

import java.util.concurrent.TimeUnit;

/** The Kubernetes API: questions that have a short answer, and requests whose answer goes on. Thread-safe. */
public final class KubernetesApi {

    private final Vertx vertx;
    private final KubernetesConfig config;
    private final ApiAccess access;
    private final HttpClient questions;

    /** HTTP/1.1, a connection for each: on a shared one, a log that nobody takes would hold up the others. */
    private final HttpClient follows;

    /** Throws IllegalStateException, with a sentence for the operator, when there is no way to an API server. */
    public KubernetesApi(Vertx vertx, KubernetesConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.access = ApiAccess.find(config);
        this.questions = vertx.createHttpClient(options().setMaxPoolSize(8));
        this.follows = vertx.createHttpClient(options().setMaxPoolSize(config.follows()));
    }

    private HttpClientOptions options() {
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(access.server().startsWith("https:"))
                .setConnectTimeout((int) config.patience().toMillis())
                .setTcpKeepAlive(true)
                .setMaxWaitQueueSize(-1)
                .setTrustAll(access.unverified())
                .setVerifyHost(!access.unverified());
        if (access.authority() != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(access.authority()));
        }
        if (access.certificate() != null) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions().addCertValue(access.certificate()).addKeyValue(access.key()));
        }
        return options;
    }

    /** Fails with {@link ApiAnswer} when the server answered with another status than 200. */
    public Future<Buffer> get(String path) {
        return request(questions, path)
                .compose(HttpClientRequest::send)
                .compose(response -> response.body().map(body -> {
                    if (response.statusCode() != 200) {
                        throw new ApiAnswer(response.statusCode(), path);
                    }
                    return body;
                }))
                .timeout(config.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A request, not sent yet, whose answer may take its time. */
    public Future<HttpClientRequest> follow(String path) {
        return request(follows, path);
    }

    private Future<HttpClientRequest> request(HttpClient client, String path) {
        return token().compose(token -> {
            RequestOptions request =
                    new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(access.server() + path);
            if (!token.isEmpty()) {
                request.putHeader("Authorization", "Bearer " + token);
            }
            return client.request(request);
        });
    }

    private Future<String> token() {
        if (access.tokenFile() != null) {
            return vertx.fileSystem()
                    .readFile(access.tokenFile().toString())
                    .map(token -> token.toString().trim());
        }
        // Of the caller's event loop: one of nobody's would let a timeout call back from a thread of its own.
        return ((VertxInternal) vertx)
                .getOrCreateContext()
                .succeededFuture(access.token() == null ? "" : access.token());
    }

    public void close() {
        questions.close();
        follows.close();
    }
}
