package dev.aideator.agent.llm;

import dev.aideator.agent.RecordingVoice;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;
import dev.aideator.events.Payload;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class LlmAgentTest {

    private interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    private final RecordingVoice voice = new RecordingVoice();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<Reply> replies = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", exchange -> {
            requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            Reply reply = replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
            reply.to(exchange);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        closed.countDown();
        server.stop(0);
    }

    @Test
    void tokens_are_passed_on_and_usage_is_told() throws Exception {
        replies.add(stream(List.of("Hello", ", ", "wörld 👍"), "stop"));

        agent().answer("What is this?", "README.md (12 B)", voice);

        assertThat(voice.output()).isEqualTo("Hello, wörld 👍");
        assertThat(voice.told())
                .contains(new Payload.AgentUsage("tiny", 11, 7, null, Payload.AgentUsage.CostSource.UNKNOWN));
        assertThat(requests.getFirst())
                .contains("What is this?", "README.md (12 B)", "\"tiny\"", "0.5", "\"max_tokens\"", "99");
        assertThat(keys).containsExactly("Bearer sk-key");
    }

    @Test
    void a_cut_answer_is_said_to_be_cut() throws Exception {
        replies.add(stream(List.of("Hello"), "length"));
        agent().answer("p", "o", voice);
        assertThat(voice.told().toString()).contains("limit of tokens");
    }

    @Test
    void an_answer_that_breaks_off_is_no_whole_answer() {
        replies.add(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(chunk("begun", null).getBytes(StandardCharsets.UTF_8));
        });
        assertThat(failure().code()).isEqualTo("model_failed");
        assertThat(voice.output()).isEqualTo("begun");
    }

    @Test
    void a_refused_key_names_the_variable() {
        replies.add(status(401, "Incorrect API key provided"));
        assertThat(failure().code()).isEqualTo("model_auth");
        assertThat(failure().hint()).contains("OPENAI_API_KEY");
        assertThat(requests).hasSize(2);
    }

    @Test
    void an_unknown_model_is_told_by_name() {
        replies.add(status(404, "no such model"));
        assertThat(failure().code()).isEqualTo("model_not_found");
        assertThat(failure()).hasMessageContaining("tiny");
    }

    @Test
    void a_busy_endpoint_is_asked_again() throws Exception {
        replies.add(status(429, "slow down"));
        replies.add(status(503, "overloaded"));
        replies.add(stream(List.of("at last"), "stop"));
        agent().answer("p", "o", voice);
        assertThat(voice.output()).isEqualTo("at last");
        assertThat(requests).hasSize(3);
    }

    @Test
    void an_endpoint_that_stays_busy_is_given_up_on() {
        replies.add(status(429, "slow down"));
        assertThat(failure().code()).isEqualTo("model_rate_limited");
        assertThat(requests).hasSize(4);
    }

    @Test
    void a_model_that_falls_silent_is_given_up_on_and_not_asked_twice() {
        replies.add(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(chunk("begun", null).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Failure failure = catchThrowableOfType(
                Failure.class, () -> agent(Duration.ofSeconds(3)).answer("p", "o", voice));
        assertThat(failure.code()).isEqualTo("model_stalled");
        assertThat(voice.output()).isEqualTo("begun");
        assertThat(requests).hasSize(1);
    }

    @Test
    void an_endpoint_that_is_not_there_is_unreachable() {
        replies.add(status(500, ""));
        server.stop(0);
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
        Task.Who.Llm who = new Task.Who.Llm(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
                Optional.of("sk-key"),
                "tiny",
                Optional.of(0.5),
                Optional.of(99));
        return new LlmAgent(who, new LlmAgent.Patience(silence, Duration.ofMillis(10)));
    }

    private Failure failure() {
        return catchThrowableOfType(Failure.class, () -> agent().answer("p", "o", voice));
    }

    private static Reply status(int status, String message) {
        return exchange -> {
            byte[] body = ("{\"error\":{\"message\":\"" + message + "\"}}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        };
    }

    private static Reply stream(List<String> tokens, String finish) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            StringBuilder body = new StringBuilder();
            tokens.forEach(token -> body.append(chunk(token, null)));
            body.append(chunk(null, finish));
            body.append("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}\n\n");
            body.append("data: [DONE]\n\n");
            exchange.getResponseBody().write(body.toString().getBytes(StandardCharsets.UTF_8));
        };
    }

    private static String chunk(String token, String finish) {
        String delta = token == null ? "{}" : "{\"content\":\"" + token + "\"}";
        String reason = finish == null ? "null" : "\"" + finish + "\"";
        return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + reason + "}]}\n\n";
    }
}
