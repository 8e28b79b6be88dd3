package dev.aideator.agent.command;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.task.Task;

import java.nio.file.Path;

public final class CommandAgent implements Agent {
    public CommandAgent(Task.Who.Command command, Path workspace) {}

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws Exception {}
}
