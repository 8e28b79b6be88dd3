package dev.aideator.agent.llm;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.task.Task;

public final class LlmAgent implements Agent {
    public LlmAgent(Task.Who.Llm llm) {}

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws Exception {}
}
