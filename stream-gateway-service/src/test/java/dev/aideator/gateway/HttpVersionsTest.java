package dev.aideator.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The same stream over everything that speaks HTTP. */
class HttpVersionsTest extends GatewayFixture {

    private static final String PASSWORD = "changeit";

    private Vertx browser;
    private int encryptedPort;

    @BeforeAll
    void encrypt(@TempDir Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        encryptedPort =
                gateway.encrypted(new PfxOptions().setPath(store.toString()).setPassword(PASSWORD));
    }

    @BeforeEach
    void openBrowser() {
        browser = Vertx.vertx();
    }

    @AfterEach
    void closeBrowser() {
        Await.of(browser.close());
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_0, false", "HTTP_1_1, false", "HTTP_2, false", "HTTP_1_1, true", "HTTP_2, true"})
    void a_stream_is_the_same_over(HttpVersion version, boolean encrypted) {
        openAll();
        HttpClient client = browser.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setSsl(encrypted)
                .setUseAlpn(encrypted)
                .setTrustAll(true)
                .setVerifyHost(false));
        CompletableFuture<String> whole = new CompletableFuture<>();
        CompletableFuture<HttpClientResponse> opened = new CompletableFuture<>();
        client.request(HttpMethod.GET, encrypted ? encryptedPort : gateway.port(), "127.0.0.1", path())
                .onFailure(opened::completeExceptionally)
                .onSuccess(request -> request.response()
                        .onFailure(opened::completeExceptionally)
                        .onSuccess(response -> {
                            response.body()
                                    .onSuccess(body -> whole.complete(body.toString()))
                                    .onFailure(whole::completeExceptionally);
                            opened.complete(response);
                        }))
                .compose(request -> request.end());
        HttpClientResponse response = opened.orTimeout(15, TimeUnit.SECONDS).join();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        assertThat(response.getHeader("Content-Type")).isEqualTo("text/event-stream");
        assertThat(response.getHeader("Transfer-Encoding"))
                .isEqualTo(version == HttpVersion.HTTP_1_1 ? "chunked" : null);
        if (version == HttpVersion.HTTP_1_1) {
            // Taken from Vert.x, which would keep it.
            assertThat(response.getHeader("Connection")).isEqualTo("close");
        }
        for (int i = 0; i < 100; i++) {
            run.say(i % 2, i + "é".repeat(i * 100));
        }
        endAll();

        String body = whole.orTimeout(15, TimeUnit.SECONDS).join();
        assertThat(run.lines()).allSatisfy(line -> assertThat(body).contains("data: " + line + "\n"));
        assertThat(body).endsWith("id: " + run.position() + "\n\n");
        until(() -> gateway.gauge("gateway.connections") == 0);
    }

    @Test
    void it_is_the_systems_own_transport_that_is_tested() {
        assertThat(gateway.isOnNativeTransport()).isTrue();
    }
}
