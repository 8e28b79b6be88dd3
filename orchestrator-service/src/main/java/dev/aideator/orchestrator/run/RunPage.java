package dev.aideator.orchestrator.run;

import java.util.List;

/** One page of runs, newest first, and how many runs there are on all pages. */
public record RunPage(List<RunView> runs, long total) {}
