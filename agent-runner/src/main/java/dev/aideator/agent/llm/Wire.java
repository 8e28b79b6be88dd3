package dev.aideator.agent.llm;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.langchain4j.model.openai.internal.chat.AssistantMessage;
import dev.langchain4j.model.openai.internal.chat.ChatCompletionChoice;
import dev.langchain4j.model.openai.internal.chat.ChatCompletionRequest;
import dev.langchain4j.model.openai.internal.chat.ChatCompletionResponse;
import dev.langchain4j.model.openai.internal.chat.Content;
import dev.langchain4j.model.openai.internal.chat.ContentType;
import dev.langchain4j.model.openai.internal.chat.Delta;
import dev.langchain4j.model.openai.internal.chat.Function;
import dev.langchain4j.model.openai.internal.chat.FunctionCall;
import dev.langchain4j.model.openai.internal.chat.LogProb;
import dev.langchain4j.model.openai.internal.chat.LogProbs;
import dev.langchain4j.model.openai.internal.chat.ResponseFormat;
import dev.langchain4j.model.openai.internal.chat.Role;
import dev.langchain4j.model.openai.internal.chat.SystemMessage;
import dev.langchain4j.model.openai.internal.chat.Tool;
import dev.langchain4j.model.openai.internal.chat.ToolCall;
import dev.langchain4j.model.openai.internal.chat.ToolMessage;
import dev.langchain4j.model.openai.internal.chat.ToolType;
import dev.langchain4j.model.openai.internal.chat.UserMessage;
import dev.langchain4j.model.openai.internal.shared.CompletionTokensDetails;
import dev.langchain4j.model.openai.internal.shared.PromptTokensDetails;
import dev.langchain4j.model.openai.internal.shared.StreamOptions;
import dev.langchain4j.model.openai.internal.shared.Usage;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What travels between the model's client and its endpoint: Jackson finds its fields and builders by reflection, which a
 * native executable has only for classes that are named. A new kind of message goes here too.
 */
@RegisterForReflection(
        targets = {
            AssistantMessage.class,
            ChatCompletionChoice.class,
            ChatCompletionRequest.class,
            ChatCompletionResponse.class,
            CompletionTokensDetails.class,
            Content.class,
            ContentType.class,
            Delta.class,
            Function.class,
            FunctionCall.class,
            LogProb.class,
            LogProbs.class,
            PromptTokensDetails.class,
            PropertyNamingStrategies.SnakeCaseStrategy.class,
            ResponseFormat.class,
            Role.class,
            StreamOptions.class,
            SystemMessage.class,
            Tool.class,
            ToolCall.class,
            ToolMessage.class,
            ToolType.class,
            Usage.class,
            UserMessage.class
        })
final class Wire {

    private Wire() {}
}
