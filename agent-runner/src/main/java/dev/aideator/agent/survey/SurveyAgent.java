package dev.aideator.agent.survey;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;

public final class SurveyAgent implements Agent {
    public SurveyAgent(int lens) {}

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws Exception {
        voice.output("# Survey\n\n" + checkout.summary() + "\n");
    }
}
