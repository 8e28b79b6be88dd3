package dev.aideator.orchestrator.edge;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;

/** Adds to every operation in the API's description the problems that any of them may answer. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class CommonProblems implements OASFilter {

    @Override
    public Operation filterOperation(Operation operation) {
        if (!operation.getResponses().hasAPIResponse("401")) {
            add(operation, "401", "TokenMissing");
        }
        add(operation, "403", "HostNotAllowed");
        add(operation, "406", "NotAcceptable");
        add(operation, "500", "Internal");
        return operation;
    }

    private static void add(Operation operation, String status, String problem) {
        operation
                .getResponses()
                .addAPIResponse(status, OASFactory.createAPIResponse().ref(problem));
    }
}
