package dev.aideator.orchestrator.run;

import java.io.IOException;
import java.io.OutputStream;

/** The whole output of an agent, written as it is read, since it may be large. */
@FunctionalInterface
public interface AgentText {

    /** As UTF-8. */
    void writeTo(OutputStream out) throws IOException;
}
