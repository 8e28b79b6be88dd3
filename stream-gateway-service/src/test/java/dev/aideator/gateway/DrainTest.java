package dev.aideator.gateway;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import org.junit.jupiter.api.Test;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

/** The service while it is told to stop; nothing can be asked of it afterwards. */
@QuarkusTest
@QuarkusTestResource(GatewayServiceTest.Surroundings.class)
@TestProfile(DrainTest.OfItsOwn.class)
class DrainTest {

    public static class OfItsOwn implements QuarkusTestProfile {}

    private static final String STREAM = "/api/v1/runs/load-test/stream/redis";

    @Inject
    Event<ShutdownDelayInitiatedEvent> stopping;

    @Test
    void the_server_goes_on_until_its_viewers_have_left_and_says_that_it_is_not_ready() {
        SseViewer viewer = SseViewer.once(RestAssured.port, STREAM, null);
        GatewayFixture.until(() -> viewer.ofType("caught_up").size() == 1);
        given().get("/q/health/ready").then().statusCode(200);

        stopping.fire(new ShutdownDelayInitiatedEvent());

        GatewayFixture.until(viewer::isOver);
        assertThat(viewer.status()).isEqualTo(200);
        given().get("/q/health/ready").then().statusCode(503);
        given().get(STREAM)
                .then()
                .statusCode(503)
                .header("Retry-After", equalTo("2"))
                .body("type", equalTo("https://aideator.dev/problems/gateway-stopping"));
    }
}
