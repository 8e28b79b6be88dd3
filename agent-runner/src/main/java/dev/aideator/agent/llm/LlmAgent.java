package dev.aideator.agent.llm;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.survey.Outline;
import dev.aideator.agent.task.Task;
import dev.aideator.events.Payload;
import dev.aideator.events.Payload.AgentLog.Level;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks a model, at an endpoint that speaks as OpenAI's does, with the repository's outline in the context. */
public final class LlmAgent implements Agent {

    private static final String SYSTEM = """
            You are a careful software engineer. You are given the outline of a repository and a task. You can't run \
            anything or open further files: say what you conclude from the outline, what you assume, and which files \
            you would look into next. Answer in Markdown.

            """;

    private static final String OPENAI = "https://api.openai.com/";

    private static final int TRIES = 4;

    private final Task.Who.Llm who;
    private final Patience patience;

    /** How long a model is waited for: for anything at all, and before it is asked again (twice as long each time). */
    record Patience(Duration silence, Duration beforeNextTry) {}

    public LlmAgent(Task.Who.Llm who) {
        this(who, new Patience(Duration.ofSeconds(120), Duration.ofSeconds(2)));
    }

    LlmAgent(Task.Who.Llm who, Patience patience) {
        this.who = who;
        this.patience = patience;
    }

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws IOException, InterruptedException {
        answer(prompt, Outline.of(checkout), voice);
    }

    void answer(String prompt, String outline, Voice voice) throws InterruptedException {
        if (who.apiKey().isEmpty() && who.baseUrl().startsWith(OPENAI)) {
            throw new Failure("model_auth", "There is no key for " + who.baseUrl() + ".", "Set OPENAI_API_KEY.");
        }
        ChatRequest request = ChatRequest.builder()
                .messages(SystemMessage.from(SYSTEM + outline), UserMessage.from(prompt))
                .build();
        OpenAiStreamingChatModel model = model();
        Duration wait = patience.beforeNextTry();
        for (int attempt = 1; ; attempt++) {
            Answer answer = new Answer(voice);
            try {
                model.chat(request, answer);
                finish(answer.await(patience.silence()), voice);
                return;
            } catch (ModelFailed e) {
                boolean again = !answer.hasBegun() && attempt < TRIES && mayPass(e.getCause());
                if (!again) {
                    throw ModelFailures.of(e.getCause(), who);
                }
                voice.log(
                        Level.WARN,
                        "The model is busy ("
                                + ModelFailures.of(e.getCause(), who).code() + "); asking again in " + wait.toMillis()
                                + " ms");
                TimeUnit.NANOSECONDS.sleep(wait.toNanos());
                wait = wait.multipliedBy(2);
            }
        }
    }

    private OpenAiStreamingChatModel model() {
        return OpenAiStreamingChatModel.builder()
                // Named, because a native executable finds no service by searching for it.
                .httpClientBuilder(new JdkHttpClientBuilder())
                .baseUrl(who.baseUrl())
                // Endpoints without keys ignore it; the client wants one.
                .apiKey(who.apiKey().orElse("none"))
                .modelName(who.model())
                .temperature(who.temperature().orElse(null))
                .maxTokens(who.maxTokens().orElse(null))
                .timeout(patience.silence())
                .build();
    }

    /** Too many requests, or a server in trouble: what may be over in a moment. */
    private static boolean mayPass(Throwable cause) {
        return ModelFailures.find(cause, RateLimitException.class).isPresent()
                || ModelFailures.status(cause)
                        .filter(status -> status == 429 || status >= 500)
                        .isPresent();
    }

    private void finish(ChatResponse response, Voice voice) {
        TokenUsage usage = response.tokenUsage();
        if (usage != null) {
            voice.tell(new Payload.AgentUsage(
                    who.model(),
                    count(usage.inputTokenCount()),
                    count(usage.outputTokenCount()),
                    null,
                    Payload.AgentUsage.CostSource.UNKNOWN));
        }
        FinishReason reason = response.finishReason();
        if (reason == null) {
            // Some endpoints leave the reason out, but a connection that broke looks the same here: what was said is
            // shown either way, and half an answer must not count as a whole one.
            throw new Failure(
                    "model_failed",
                    "The answer broke off: the endpoint never said that it was finished.",
                    "Try again; if it stays so, the endpoint sends no finish_reason: choose another one.");
        }
        if (reason == FinishReason.LENGTH) {
            voice.log(Level.WARN, "The answer is cut: the model reached its limit of tokens. Set max_tokens higher.");
        } else if (reason == FinishReason.CONTENT_FILTER) {
            throw new Failure(
                    "model_filtered", "The endpoint's content filter ended the answer.", "Put the prompt otherwise.");
        }
        String text = response.aiMessage() == null ? null : response.aiMessage().text();
        if (text == null || text.isBlank()) {
            throw new Failure("model_empty", "The model answered with nothing.", "Try again, or choose another model.");
        }
    }

    private static long count(Integer tokens) {
        return tokens == null ? 0 : tokens;
    }
}
