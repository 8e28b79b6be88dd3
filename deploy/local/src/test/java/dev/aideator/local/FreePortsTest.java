package dev.aideator.local;

import dev.aideator.servers.Ports;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FreePortsTest {

    @Test
    void a_taken_port_names_the_variable_and_who_has_it() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings = onFreePorts(Map.of("AIDEATOR_PORT", Integer.toString(taken.getLocalPort())));
            assertThatThrownBy(() -> FreePorts.require(settings))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining(
                            "by java (process " + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("set AIDEATOR_PORT");
        }
    }

    @Test
    void a_redis_that_is_there_may_be_used_instead() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Settings settings = onFreePorts(Map.of("AIDEATOR_REDIS_PORT", Integer.toString(port)));
            assertThatThrownBy(() -> FreePorts.require(settings))
                    .hasMessageContaining("set AIDEATOR_REDIS_PORT in .env")
                    .hasMessageContaining("REDIS_URL=redis://127.0.0.1:" + port);

            Settings withOwn = onFreePorts(
                    Map.of("AIDEATOR_REDIS_PORT", Integer.toString(port), "REDIS_URL", "redis://127.0.0.1:" + port));
            assertThatCode(() -> FreePorts.require(withOwn)).doesNotThrowAnyException();
        }
    }

    private static Settings onFreePorts(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        for (String name :
                new String[] {Settings.PORT, Settings.GATEWAY_PORT, Settings.REDIS_PORT, Settings.POSTGRES_PORT}) {
            environment.put(name, Integer.toString(Ports.free()));
        }
        environment.putAll(more);
        return Settings.from(environment, Path.of("/somewhere"));
    }
}
