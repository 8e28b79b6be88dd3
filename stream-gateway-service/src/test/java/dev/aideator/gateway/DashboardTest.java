package dev.aideator.gateway;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** The dashboard asks for nothing that the gateway does not have, and leaves out nothing that is the gateway's own. */
@QuarkusTest
@QuarkusTestResource(GatewayServiceTest.Surroundings.class)
class DashboardTest {

    private static final Path FILE = Path.of("../deploy/charts/aideator/dashboards/gateway.json");

    /** What in a query is no metric: values and labels, ranges, and by which labels something is summed. */
    private static final Pattern NO_METRIC =
            Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(?:by|without)\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?![a-zA-Z0-9_:]*\\s*\\()");

    private JsonObject dashboard;
    private Set<String> exposed;

    @BeforeEach
    void read() throws IOException {
        dashboard = new JsonObject(Files.readString(FILE));
        exposed = given().get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private List<JsonObject> panels() {
        return objects(dashboard.getJsonArray("panels"))
                .filter(panel -> !panel.getString("type").equals("row"))
                .toList();
    }

    private Set<String> asked() {
        Stream<String> queries = panels().stream()
                .flatMap(panel -> objects(panel.getJsonArray("targets")))
                .map(target -> target.getString("expr"));
        return queries.flatMap(DashboardTest::metrics).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> metrics(String query) {
        return NAME.matcher(NO_METRIC.matcher(query).replaceAll(" ")).results().map(MatchResult::group);
    }

    @Test
    void every_metric_that_it_asks_for_is_exposed() {
        assertThat(asked()).isNotEmpty();
        assertThat(exposed).containsAll(asked());
    }

    @Test
    void every_metric_of_the_gateway_is_shown() {
        Set<String> own = exposed.stream()
                .filter(name -> name.startsWith("gateway_"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked()).containsAll(own);
    }

    @Test
    void every_panel_says_what_it_shows_and_stands_in_a_place_of_its_own() {
        assertThat(panels()).allSatisfy(panel -> {
            assertThat(panel.getString("title")).isNotBlank();
            assertThat(panel.getString("description")).isNotBlank();
            assertThat(panel.getJsonObject("datasource").getString("uid")).isEqualTo("${datasource}");
        });
        assertThat(objects(dashboard.getJsonArray("panels"))).doesNotHaveDuplicates();
        assertThat(objects(dashboard.getJsonArray("panels")).map(panel -> panel.getInteger("id")))
                .doesNotHaveDuplicates();
        assertThat(objects(dashboard.getJsonArray("panels"))
                        .map(panel -> panel.getJsonObject("gridPos").getInteger("x") + ","
                                + panel.getJsonObject("gridPos").getInteger("y")))
                .doesNotHaveDuplicates();
    }

    @Test
    void names_are_found_in_queries() {
        assertThat(metrics("sum by (to) (rate(a_total{x=\"b_c\"}[$__rate_interval])) / on(i) max(d) > 0"))
                .containsExactly("a_total", "i", "d");
    }
}
