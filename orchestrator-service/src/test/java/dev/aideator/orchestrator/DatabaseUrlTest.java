package dev.aideator.orchestrator;

import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DatabaseUrlTest {

    @Test
    void takes_an_address_apart() {
        assertThat(DatabaseUrl.properties("postgresql://me:p%40ss+1@db.example:6543/runs?sslmode=require"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "quarkus.datasource.jdbc.url",
                        "jdbc:postgresql://db.example:6543/runs?sslmode=require",
                        "quarkus.datasource.username",
                        "me",
                        "quarkus.datasource.password",
                        "p@ss+1"));
    }

    @Test
    void a_port_may_be_missing() {
        assertThat(DatabaseUrl.properties("postgres://db/runs"))
                .containsEntry("quarkus.datasource.jdbc.url", "jdbc:postgresql://db:5432/runs");
    }

    @Test
    void a_malformed_address_is_refused_without_repeating_its_password() {
        assertThatThrownBy(() -> DatabaseUrl.properties("postgresql://me:secret@db:x/runs"))
                .hasMessageContaining("DATABASE_URL looks like")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseUrl.properties("me:se cret@db"))
                .hasMessageContaining("DATABASE_URL looks like")
                .hasMessageNotContaining("cret@");
    }
}
