package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.RunPage;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** One page of runs, newest first. */
@Schema(name = "RunList", description = "One page of runs, newest first.")
record RunListJson(
        List<RunJson> runs,

        @Schema(description = "How many there are on all pages.")
        long total,

        int page,
        int size) {

    static RunListJson of(RunPage page, int number, int size) {
        return new RunListJson(page.runs().stream().map(RunJson::brief).toList(), page.total(), number, size);
    }
}
