package dev.aideator.agent.install;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InstallationTest {

    @TempDir
    Path folder;

    @Test
    void the_executable_and_the_first_bundle_are_copied_over_what_is_there() throws IOException {
        Path executable = Files.writeString(folder.resolve("exe"), "program");
        Path link = Files.createSymbolicLink(folder.resolve("self"), executable);
        Path bundle = Files.writeString(folder.resolve("second.pem"), "certificates");
        Path target = folder.resolve("new/target");
        Installation installation = new Installation(link, List.of(folder.resolve("first.pem"), bundle));

        installation.copyTo(target);
        Files.writeString(executable, "newer program");
        installation.copyTo(target);

        assertThat(Files.list(target)).hasSize(2);
        assertThat(target.resolve("agent-runner")).isRegularFile().hasContent("newer program");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("agent-runner"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(target.resolve("ca-certificates.crt")).hasContent("certificates");
    }

    @Test
    void without_a_bundle_nothing_is_copied() throws IOException {
        Path executable = Files.writeString(folder.resolve("exe"), "program");
        Installation installation = new Installation(executable, List.of(folder.resolve("missing.pem")));
        assertThatThrownBy(() -> installation.copyTo(folder.resolve("target")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing.pem");
        assertThat(folder.resolve("target")).doesNotExist();
    }

    @Test
    void a_jvm_is_nothing_to_copy() {
        assertThatThrownBy(Installation::here).isInstanceOf(IOException.class).hasMessageContaining("native");
    }
}
