package dev.aideator.agent.llm;

import dev.aideator.agent.RecordingVoice;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;
import dev.aideator.events.Payload;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class LlmAgentTest {

    private final RecordingVoice voice = new RecordingVoice();
    private final ModelEndpoint endpoint = new ModelEndpoint();

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void tokens_are_passed_on_and_usage_is_told() throws Exception {
        endpoint.stream(List.of("Hello", ", ", "wörld 👍"), "stop");

        agent().answer("What is this?", "README.md (12 B)", voice);

        assertThat(voice.output()).isEqualTo("Hello, wörld 👍");
        assertThat(voice.told())
                .contains(new Payload.AgentUsage("tiny", 11, 7, null, Payload.AgentUsage.CostSource.UNKNOWN));
        assertThat(endpoint.requests().getFirst())
                .contains("What is this?", "README.md (12 B)", "\"tiny\"", "0.5", "\"max_tokens\"", "99");
        assertThat(endpoint.keys()).containsExactly("Bearer sk-key");
    }

    @Test
    void a_cut_answer_is_said_to_be_cut() throws Exception {
        endpoint.stream(List.of("Hello"), "length");
        agent().answer("p", "o", voice);
        assertThat(voice.told().toString()).contains("limit of tokens");
    }

    @Test
    void an_answer_that_breaks_off_is_no_whole_answer() {
        endpoint.breakOffAfter("begun");
        assertThat(failure().code()).isEqualTo("model_failed");
        assertThat(voice.output()).isEqualTo("begun");
    }

    @Test
    void a_refused_key_names_the_variable() {
        endpoint.status(401, "Incorrect API key provided");
        assertThat(failure().code()).isEqualTo("model_auth");
        assertThat(failure().hint()).contains("OPENAI_API_KEY");
        assertThat(endpoint.requests()).hasSize(2);
    }

    @Test
    void an_unknown_model_is_told_by_name() {
        endpoint.status(404, "no such model");
        assertThat(failure().code()).isEqualTo("model_not_found");
        assertThat(failure()).hasMessageContaining("tiny");
    }

    @Test
    void a_busy_endpoint_is_asked_again() throws Exception {
        endpoint.status(429, "slow down");
        endpoint.status(503, "overloaded");
        endpoint.stream(List.of("at last"), "stop");
        agent().answer("p", "o", voice);
        assertThat(voice.output()).isEqualTo("at last");
        assertThat(endpoint.requests()).hasSize(3);
    }

    @Test
    void an_endpoint_that_stays_busy_is_given_up_on() {
        endpoint.status(429, "slow down");
        assertThat(failure().code()).isEqualTo("model_rate_limited");
        assertThat(endpoint.requests()).hasSize(4);
    }

    @Test
    void a_model_that_falls_silent_is_given_up_on_and_not_asked_twice() {
        endpoint.fallSilentAfter("begun");
        Failure failure = catchThrowableOfType(
                Failure.class, () -> agent(Duration.ofSeconds(3)).answer("p", "o", voice));
        assertThat(failure.code()).isEqualTo("model_stalled");
        assertThat(voice.output()).isEqualTo("begun");
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void an_endpoint_that_is_not_there_is_unreachable() {
        endpoint.status(500, "");
        endpoint.close();
        assertThat(failure().code()).isEqualTo("model_unreachable");
    }

    @Test
    void no_key_for_openai_is_said_before_anyone_is_asked() {
        Task.Who.Llm who = new Task.Who.Llm(
                "https://api.openai.com/v1", Optional.empty(), "gpt", Optional.empty(), Optional.empty());
        Failure failure = catchThrowableOfType(Failure.class, () -> new LlmAgent(who).answer("p", "o", voice));
        assertThat(failure.code()).isEqualTo("model_auth");
        assertThat(failure.hint()).contains("OPENAI_API_KEY");
    }

    private LlmAgent agent() {
        return agent(Duration.ofSeconds(30));
    }

    private LlmAgent agent(Duration silence) {
        Task.Who.Llm who =
                new Task.Who.Llm(endpoint.url(), Optional.of("sk-key"), "tiny", Optional.of(0.5), Optional.of(99));
        return new LlmAgent(who, new LlmAgent.Patience(silence, Duration.ofMillis(10)));
    }

    private Failure failure() {
        return catchThrowableOfType(Failure.class, () -> agent().answer("p", "o", voice));
    }
}
