package dev.aideator.agent;

import dev.aideator.agent.checkout.Checkout;

/**
 * A way to turn a prompt and a checkout into events. Returns when it has finished; throws
 * {@link dev.aideator.agent.end.Failure} when it can't; stops soon after its thread was interrupted.
 */
public interface Agent {

    void run(String prompt, Checkout checkout, Voice voice) throws Exception;
}
