package dev.aideator.orchestrator.run;

import io.quarkus.test.junit.QuarkusTestProfile;

import java.util.Map;
import java.util.Set;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/**
 * Room as a test says to its own thread. Every other knows of none, so that nothing starts but what the test claims
 * itself, also when the orchestrator gets round to a change of an earlier test only now.
 */
@Alternative
@Singleton
public class Room implements RunCapacity {

    private final ThreadLocal<Capacity> capacity = ThreadLocal.withInitial(Capacity.Unknown::new);

    @Override
    public Capacity now() {
        return capacity.get();
    }

    public void is(Capacity capacity) {
        this.capacity.set(capacity);
    }

    /** With this room, and without agents: attempts are rows only. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(Room.class);
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            // Even one sweep, at the start, would have a runner started for an attempt that a test has claimed.
            return Map.of("quarkus.scheduler.start-mode", "halted");
        }
    }
}
