package dev.aideator.agent;

import dev.aideator.agent.git.GitServer;
import dev.aideator.agent.llm.ModelEndpoint;
import dev.aideator.agent.tls.OwnAuthority;
import dev.aideator.events.Event;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What the packaged runner says over TLS, to a model and to a git server, and whom it trusts. */
class RunnerTlsIT extends PackagedRunner {

    @TempDir
    static Path certificates;

    private static OwnAuthority authority;

    @BeforeAll
    static void makeCertificates() {
        authority = new OwnAuthority(certificates);
    }

    @Test
    void a_models_answer_and_its_usage_arrive() throws Exception {
        try (ModelEndpoint endpoint = new ModelEndpoint(authority)) {
            endpoint.stream(List.of("# Hello", ", ", "wörld 👍"), "stop");
            ask(endpoint);
            trust(authority.pem());

            assertThat(attempt().outcome()).as(this::tale).isEqualTo(Outcome.COMPLETED);

            assertThat(text()).isEqualTo("# Hello, wörld 👍");
            assertThat(told())
                    .contains(new Payload.AgentUsage("tiny", 11, 7, null, Payload.AgentUsage.CostSource.UNKNOWN));
            assertThat(endpoint.requests())
                    .singleElement()
                    .asString()
                    .contains("\"model\" : \"tiny\"", "What is here?", "README.md", "\"max_tokens\" : 99", "0.5");
            assertThat(endpoint.keys()).containsExactly("Bearer sk-key-of-the-test");
        }
    }

    @Test
    void an_answer_that_is_cut_says_so() throws Exception {
        try (ModelEndpoint endpoint = new ModelEndpoint(authority)) {
            endpoint.stream(List.of("Hello"), "length");
            ask(endpoint);
            trust(authority.pem());
            assertThat(attempt().outcome()).as(this::tale).isEqualTo(Outcome.COMPLETED);
            assertThat(told().toString()).contains("limit of tokens");
        }
    }

    @Test
    void a_model_that_refuses_the_key_ends_the_attempt_with_what_it_said() throws Exception {
        try (ModelEndpoint endpoint = new ModelEndpoint(authority)) {
            endpoint.status(401, "Incorrect API key provided");
            ask(endpoint);
            trust(authority.pem());
            FinalOutcome outcome = attempt();
            assertThat(outcome.reason()).as(this::tale).isEqualTo("model_auth");
            assertThat(outcome.detail()).contains("401", "Incorrect API key provided");
        }
    }

    @Test
    void a_model_whose_authority_is_unknown_is_told_nothing() throws Exception {
        try (ModelEndpoint endpoint = new ModelEndpoint(authority)) {
            endpoint.stream(List.of("Hello"), "stop");
            ask(endpoint);
            FinalOutcome outcome = attempt();
            assertThat(outcome.reason()).as(this::tale).isEqualTo("model_unreachable");
            assertThat(outcome.detail()).contains(endpoint.url(), "certification path");
            assertThat(told().toString()).contains("SSL_CERT_FILE");
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void a_repository_is_cloned_from_a_server_of_the_same_authority() throws Exception {
        try (GitServer git = new GitServer(authority)) {
            cloneFrom(git);
            trust(authority.pem());
            assertThat(attempt().outcome()).as(this::tale).isEqualTo(Outcome.COMPLETED);
            assertThat(text()).contains("# A map for a newcomer: hello", "A repository of one file");
        }
    }

    @Test
    void a_repository_whose_authority_is_unknown_is_not_cloned() throws Exception {
        try (GitServer git = new GitServer(authority)) {
            cloneFrom(git);
            FinalOutcome outcome = attempt();
            assertThat(outcome.reason()).as(this::tale).isEqualTo("repo_unreachable");
            assertThat(outcome.detail()).contains(git.url("hello.git"), "certification path");
            assertThat(told().toString()).contains("SSL_CERT_FILE");
        }
    }

    @Test
    void certificates_that_are_none_are_a_bad_setting() throws Exception {
        trust(Files.writeString(folder.resolve("none.pem"), "This is no certificate.\n"));
        FinalOutcome outcome = attempt();
        assertThat(outcome.reason()).as(this::tale).isEqualTo("bad_setting");
        assertThat(outcome.detail()).contains("SSL_CERT_FILE", "none.pem", "PEM");
    }

    private void ask(ModelEndpoint endpoint) {
        environment.put("AGENT", "llm");
        environment.put("OPENAI_BASE_URL", endpoint.url());
        environment.put("OPENAI_API_KEY", "sk-key-of-the-test");
        environment.put("MODEL", "tiny");
        environment.put("TEMPERATURE", "0.5");
        environment.put("MAX_TOKENS", "99");
    }

    private void cloneFrom(GitServer git) {
        git.serve("hello.git", repository.repository());
        environment.put("REPO_URL", git.url("hello.git"));
    }

    private void trust(Path pem) {
        environment.put("SSL_CERT_FILE", pem.toString());
    }

    private List<Payload> told() {
        return events().stream().map(Event::payload).toList();
    }
}
