package dev.aideator.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Requests to our own services. */
final class Http {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

    static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();

    private Http() {}

    /** Whether it answers 200 within two seconds. */
    static boolean isOk(URI uri) {
        try {
            return CLIENT.send(
                                    HttpRequest.newBuilder(uri)
                                            .timeout(CONNECT_WITHIN)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
