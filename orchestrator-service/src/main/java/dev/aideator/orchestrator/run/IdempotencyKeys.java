package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.run.RunRefused.KeyReused;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;

/** Which request came with which key, so that a repeated one gets the run of the first. */
@ApplicationScoped
class IdempotencyKeys {

    static final Duration KEPT = Duration.ofHours(24);

    private final EntityManager database;
    private final Clock clock;

    IdempotencyKeys(EntityManager database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Takes the key for {@code run} in the current transaction; the run that has it already, when one has. Of many at
     * once one inserts, the others wait here until it has committed.
     */
    Optional<RunId> claim(String key, NewRun request, RunId run) {
        Instant now = clock.instant();
        String digest = digest(request);
        int taken = database.createNativeQuery("""
                        insert into idempotency_keys (key, digest, run_id, created_at) values (:key, :digest, :run, :now)
                        on conflict (key) do update set digest = :digest, run_id = :run, created_at = :now
                        where idempotency_keys.created_at < :oldest""")
                .setParameter("key", key)
                .setParameter("digest", digest)
                .setParameter("run", run.value())
                .setParameter("now", now)
                .setParameter("oldest", now.minus(KEPT))
                .executeUpdate();
        if (taken == 1) {
            return Optional.empty();
        }
        Tuple earlier = (Tuple)
                database.createNativeQuery("select digest, run_id from idempotency_keys where key = :key", Tuple.class)
                        .setParameter("key", key)
                        .getSingleResult();
        if (!earlier.get("digest").equals(digest)) {
            throw new KeyReused(key);
        }
        return Optional.of(new RunId((UUID) earlier.get("run_id")));
    }

    int purge() {
        return database.createNativeQuery("delete from idempotency_keys where created_at < :oldest")
                .setParameter("oldest", clock.instant().minus(KEPT))
                .executeUpdate();
    }

    private static String digest(NewRun request) {
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        try (DataOutputStream fields = new DataOutputStream(canonical)) {
            write(fields, request.githubUrl());
            write(fields, request.prompt());
            write(fields, request.baseRef());
            for (AgentChoice choice : request.agents()) {
                write(fields, choice.agent());
                write(fields, choice.model());
                write(fields, choice.temperature());
                write(fields, choice.maxTokens());
            }
            if (request.image() != null) {
                // Without one the digest is what it was before there were any: keys outlive an upgrade.
                write(fields, request.image());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** Length first, so that no two requests run together into the same bytes. */
    private static void write(DataOutputStream fields, Object value) throws IOException {
        byte[] bytes = value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
        fields.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            fields.write(bytes);
        }
    }
}
