package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class UnexpectedTest {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/faulty", "/api/v1/faulty-route"})
    void what_goes_wrong_here_is_told_by_an_id_that_the_log_has(String path) {
        Logger logger = Logger.getLogger(Problems.class.getName());
        Recorder log = new Recorder();
        logger.addHandler(log);
        logger.setUseParentHandlers(false);
        try {
            String detail = given().get(path)
                    .then()
                    .statusCode(500)
                    .contentType("application/problem+json")
                    .extract()
                    .path("detail");
            String id = detail.replaceAll(".*error=([0-9a-f-]{36}).*", "$1");
            assertThat(detail).doesNotContain("secret");
            assertThat(log.lines).singleElement().asString().contains(id).contains(path);
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(log);
        }
    }

    private static final class Recorder extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            lines.add(String.format(entry.getMessage(), entry.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
