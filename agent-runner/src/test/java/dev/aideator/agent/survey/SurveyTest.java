package dev.aideator.agent.survey;

import dev.aideator.agent.RecordingVoice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.checkout.Clone;
import dev.aideator.agent.git.TestRepository;
import dev.aideator.agent.task.Task;
import dev.aideator.repository.HostPolicy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(120)
class SurveyTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void start() {
        repository = new TestRepository(folder.resolve("origin"));
    }

    @AfterEach
    void stop() {
        repository.close();
    }

    @Test
    void a_newcomer_finds_sizes_entries_and_where_to_start() throws Exception {
        shop();
        String report = survey(0, "How are sessions stored?");

        assertThat(report)
                .startsWith("# A map for a newcomer: origin\n")
                .contains("| Size | 11 files, ")
                .contains("| Java | 4 | 17 | ")
                .contains("`src/main/java/shop/Main.java:2` – `main` method")
                .contains("A shop that keeps its baskets in sessions.")
                .contains("| Licence | MIT |")
                .contains("## Recommendations");
    }

    @Test
    void the_prompt_brings_the_files_that_fit_it_to_the_top() throws Exception {
        shop();
        String report = survey(1, "How are sessions stored?");
        String question = section(report, "About your question");

        assertThat(question).contains("`sessions`", "`stored`");
        assertThat(question.lines()
                        .filter(line -> line.startsWith("| `"))
                        .findFirst()
                        .orElseThrow())
                .contains("SessionStore.java");
        assertThat(question).contains("class SessionStore {");
    }

    @Test
    void quality_finds_what_is_tested_and_what_is_left_to_do() throws Exception {
        shop();
        String report = survey(1, "");

        assertThat(section(report, "Tests")).contains("1 test file with 4 lines");
        assertThat(section(report, "Left to do"))
                .contains("FIXME 1, TODO 1")
                .contains("**FIXME** `src/main/java/shop/SessionStore.java:3` – this \\*leaks\\* \\<b\\>memory\\</b\\>")
                .doesNotContain("a string with TODO");
    }

    @Test
    void history_finds_hot_spots_as_far_as_there_is_history() throws Exception {
        shop();
        for (int i = 0; i < 12; i++) {
            repository
                    .file(
                            "src/main/java/shop/SessionStore.java",
                            "class SessionStore {\n" + "    int x;\n".repeat(50 + i))
                    .file("web/app.js", "let version = " + i)
                    .commit("fix the store again, part " + i, i % 3 == 0 ? "bob" : "ada");
        }
        String report = survey(2, "");

        assertThat(section(report, "How far back this looks")).contains("13 commits", "2 authors");
        assertThat(section(report, "Hot spots")
                        .lines()
                        .filter(line -> line.startsWith("| `"))
                        .findFirst()
                        .orElseThrow())
                .startsWith("| `src/main/java/shop/SessionStore.java` | 62 | 13 | 12 | 806 |");
        assertThat(section(report, "What changes together"))
                .contains("`src/main/java/shop/SessionStore.java` and `web/app.js` – in 13 commits");
        assertThat(section(report, "Who wrote it")).contains("| ada | 9 | 69 % |");
    }

    @Test
    void build_reads_every_kind_of_manifest() throws Exception {
        shop();
        repository
                .file(
                        "web/package.json",
                        "{\"name\":\"w\",\"scripts\":{\"build\":\"x\"},\"dependencies\":{\"react\":\"^19.0.0\"},"
                                + "\"devDependencies\":{\"vitest\":\"4.1.0\"}}")
                .file("py/requirements.txt", "requests>=2.0 # http\nflask==3.0.1\n-r other.txt\n\n# no\n")
                .file(
                        "go/go.mod",
                        "module example.org/x\n\nrequire (\n\tgithub.com/a/b v1.2.3\n\tgolang.org/x/y v0.1.0 // indirect\n)\n")
                .file(
                        "rs/Cargo.toml",
                        "[package]\nname = \"r\"\n[dependencies]\nserde = { version = \"1.0\" }\n[dev-dependencies]\nrand = \"0.9\"\n")
                .file("Gemfile", "gem 'rails', '~> 8.0'\n")
                .file(
                        "py/pyproject.toml",
                        "[project]\nname = \"p\"\ndependencies = [\n  \"httpx>=0.28\",\n  \"pydantic[email]==2.9\",\n]\n")
                .file(
                        "gr/build.gradle",
                        "dependencies {\n  implementation 'com.google.guava:guava:33.0'\n  testImplementation(libs.junit)\n}\n")
                .file("bad/package.json", "{ not json")
                .commit("manifests", "ada");
        String report = survey(3, "");

        assertThat(section(report, "Manifests"))
                .contains("| `pom.xml` | Maven | `shop` | 1 | 1 |")
                .contains("| `web/package.json` | npm | `w` | 1 | 1 |")
                .contains("| `bad/package.json` | npm |");
        assertThat(section(report, "Dependencies"))
                .contains("`org.example:store` | `1.2.3`", "`org.junit:junit (tests)`", "`react` | `^19.0.0`")
                .contains("`requests` | `>=2.0`", "`flask` | `==3.0.1`", "`github.com/a/b` | `v1.2.3`")
                .contains("`serde` | `1.0`", "`rails` | `~> 8.0`", "`httpx` | `>=0.28`", "`pydantic` | `==2.9`")
                .contains("`com.google.guava:guava` | `33.0`")
                .doesNotContain("golang.org/x/y");
        assertThat(section(report, "Not locked")).contains("`web/package.json`", "`rs/Cargo.toml`");
    }

    @Test
    void risks_tell_secrets_by_place_and_never_show_them() throws Exception {
        shop();
        String key = "AKIA" + "Q7Z5B2M9K4T8W1X3";
        repository
                .file(
                        "src/main/java/shop/Keys.java",
                        "class Keys {\n  String aws = \"" + key + "\"; // TODO move " + key + "\n}\n")
                .file(".env", "DB=postgres://shop:" + "v3ry-g00d-one" + "@db/shop\n")
                .file("big.bin", new byte[2 << 20])
                .remove("LICENSE")
                .commit("oops", "ada");
        for (int lens = 0; lens < 5; lens++) {
            assertThat(survey(lens, "aws keys and postgres"))
                    .doesNotContain(key)
                    .doesNotContain("v3ry-g00d-one");
        }
        String report = survey(4, "");
        assertThat(section(report, "Strings that look like secrets"))
                .contains("`src/main/java/shop/Keys.java:2` – AWS access key", "`.env:1` – password in an address");
        assertThat(section(report, "Risks")).contains("No licence", "An environment file is checked in");
        assertThat(section(report, "Heavy and binary files")).contains("| `big.bin` | 2.0 MiB |");
    }

    @Test
    void odd_repositories_are_survived_through_every_lens() throws Exception {
        repository
                .file("a`b|c*.md", "# x")
                .file("new\nline.txt", "text")
                .file("<script>alert(1)</script>.js", "let a = '\u0000binary'")
                .file("latin.txt", "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1))
                .file("utf16.txt", "hello".getBytes(StandardCharsets.UTF_16))
                .file("empty", "")
                .file("one-long-line.js", "x".repeat(500_000))
                .file(
                        "pom.xml",
                        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><project><artifactId>&e;</artifactId></project>")
                .link("link", "/etc/passwd")
                .commit("<b>odd</b> | *commit*\n\nbody", "Ev\u0001e | <i>x</i>");
        for (int lens = 0; lens < 5; lens++) {
            String report = survey(lens, "passwd \u0000 <script> alert");
            assertThat(report).contains("## At a glance", "## Recommendations").doesNotContain("root:x:0");
            assertThat(report.lines().filter(line -> line.startsWith("| ")).toList())
                    .allSatisfy(line -> assertThat(line).endsWith("|"));
            assertThat(report).doesNotContain("\u0000").doesNotContain("\u0001");
        }
        assertThat(survey(0, "")).contains("“\\<b\\>odd\\</b\\> \\| \\*commit\\*”");
    }

    @Test
    void one_file_and_no_file_are_enough() throws Exception {
        repository.file("only.txt", "alone").commit("one", "ada");
        for (int lens = 0; lens < 5; lens++) {
            assertThat(survey(lens, "anything")).contains("1 file, 1 line");
        }
        repository.remove("only.txt").commit("none", "ada");
        for (int lens = 0; lens < 5; lens++) {
            assertThat(survey(lens, "anything")).contains("The commit has no files.");
        }
    }

    @Test
    void a_deep_history_of_many_files_is_read() throws Exception {
        for (int i = 0; i < 500; i++) {
            repository.file("src/file" + i % 250 + ".py", "def f" + i + "():\n    return " + i + "\n");
            repository.commit("change " + i, "author" + i % 7);
        }
        String report = survey(2, "");
        assertThat(section(report, "How far back this looks")).contains("500 commits", "7 authors");
    }

    @Test
    void it_stops_when_it_is_interrupted() throws Exception {
        shop();
        try (Checkout checkout = checkout()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> new SurveyAgent(0, NOW).run("", checkout, new RecordingVoice()))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    private void shop() {
        repository
                .file("README.md", "# Shop\n\nA shop that keeps its baskets in sessions.\n")
                .file("LICENSE", "Permission is hereby granted, free of charge, to any person")
                .file(
                        "pom.xml",
                        "<project><artifactId>shop</artifactId><properties><v>1.2.3</v></properties>"
                                + "<dependencyManagement><dependencies><dependency><groupId>no</groupId></dependency></dependencies>"
                                + "</dependencyManagement><dependencies><dependency><groupId>org.example</groupId>"
                                + "<artifactId>store</artifactId><version>${v}</version></dependency><dependency>"
                                + "<groupId>org.junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>"
                                + "</dependencies></project>")
                .file(
                        "src/main/java/shop/Main.java",
                        "class Main {\n    public static void main(String[] args) {\n        new SessionStore();\n    }\n}\n")
                .file(
                        "src/main/java/shop/SessionStore.java",
                        "/** Stores sessions. */\nclass SessionStore {\n    // FIXME: this *leaks* <b>memory</b>\n    void store(Session session) {}\n}\n")
                .file(
                        "src/main/java/shop/Basket.java",
                        "class Basket {\n    String s = \"a string with TODO in it\";\n}\n")
                .file("src/test/java/shop/SessionStoreTest.java", "class SessionStoreTest {\n    // nothing\n\n}\n")
                .file("web/app.js", "// TODO: pay\nlet basket = 1;\n")
                .file("docs/design.md", "Nothing about that.\n")
                .file(".github/workflows/ci.yml", "on: push\n")
                .file("Dockerfile", "FROM scratch\nENTRYPOINT [\"/shop\"]\n")
                .commit("Open the shop", "ada");
    }

    private Checkout checkout() throws Exception {
        return Clone.of(
                new Task.Source(
                        folder.resolve("origin").toString(),
                        new HostPolicy(true, Set.of()),
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        64 << 20,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60)),
                Files.createTempDirectory(folder, "workspace"));
    }

    private String survey(int lens, String prompt) throws Exception {
        RecordingVoice voice = new RecordingVoice();
        try (Checkout checkout = checkout()) {
            new SurveyAgent(lens, NOW).run(prompt, checkout, voice);
        }
        return voice.output();
    }

    /** From a heading to the next of its rank. */
    private static String section(String report, String title) {
        List<String> parts = List.of(report.split("(?m)^## "));
        return parts.stream()
                .filter(part -> part.startsWith(title + "\n"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No section " + title + " in\n" + report));
    }
}
