package dev.aideator.agent.llm;

import dev.aideator.agent.Voice;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A model's answer as it comes. */
final class Answer implements StreamingChatResponseHandler {

    private final Voice voice;
    private final CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    private volatile long latest = System.nanoTime();
    private volatile boolean begun;

    Answer(Voice voice) {
        this.voice = voice;
    }

    @Override
    public void onPartialResponse(String text) {
        latest = System.nanoTime();
        begun = true;
        try {
            voice.output(text);
        } catch (RuntimeException e) {
            // Nothing more may be said: whoever waits hears why.
            complete.completeExceptionally(e);
        }
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        complete.complete(response);
    }

    @Override
    public void onError(Throwable error) {
        complete.completeExceptionally(error);
    }

    boolean hasBegun() {
        return begun;
    }

    /** The whole answer. Throws {@link ModelFailed} for every other end, a long silence among them. */
    ChatResponse await(Duration silence) throws InterruptedException {
        while (true) {
            long left = latest + silence.toNanos() - System.nanoTime();
            if (left <= 0) {
                throw new ModelFailed(new TimeoutException("nothing came for " + silence.toSeconds() + " s"));
            }
            try {
                return complete.get(left, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new ModelFailed(e.getCause());
            } catch (TimeoutException e) {
                // Perhaps something came meanwhile: the silence is measured anew.
            }
        }
    }
}
