package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.ArchiveHead;
import dev.aideator.orchestrator.pick.PickView;
import dev.aideator.orchestrator.pick.Picks;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

/** Puts together what viewers of a run see, from its rows, the archive and the picks. */
@ApplicationScoped
class RunViews {

    private static final int SHORT_PROMPT = 200;

    private final Archive archive;
    private final Picks picks;

    RunViews(Archive archive, Picks picks) {
        this.archive = archive;
        this.picks = picks;
    }

    RunView whole(Run run) {
        return view(run, run.prompt, archive.heads(List.of(run.id())), picks.of(List.of(run.id())));
    }

    List<RunView> shortened(List<Run> runs) {
        List<RunId> ids = runs.stream().map(Run::id).toList();
        Map<VariationRef, ArchiveHead> heads = archive.heads(ids);
        Map<RunId, List<PickView>> chosen = picks.of(ids);
        return runs.stream()
                .map(run -> view(run, beginning(run.prompt), heads, chosen))
                .toList();
    }

    private static String beginning(String prompt) {
        return prompt.codePointCount(0, prompt.length()) <= SHORT_PROMPT
                ? prompt
                : prompt.substring(0, prompt.offsetByCodePoints(0, SHORT_PROMPT));
    }

    private static RunView view(
            Run run, String prompt, Map<VariationRef, ArchiveHead> heads, Map<RunId, List<PickView>> picks) {
        return new RunView(
                run.id(),
                run.state,
                run.githubUrl,
                run.baseRef,
                run.image,
                prompt,
                prompt.length() < run.prompt.length(),
                run.variations.stream()
                        .map(variation -> view(variation, heads.get(variation.ref())))
                        .collect(Collectors.toUnmodifiableList()),
                picks.getOrDefault(run.id(), List.of()),
                run.createdAt,
                run.startedAt,
                run.endedAt);
    }

    private static VariationView view(Variation variation, ArchiveHead head) {
        return new VariationView(
                variation.index,
                variation.shown(),
                variation.choice(),
                variation.attempts.size(),
                variation.outcome,
                variation.waiting == null ? variation.reason : variation.waiting.reason(),
                variation.waiting == null ? variation.detail : variation.waiting.detail(),
                variation.createdAt,
                variation.startedAt,
                variation.endedAt,
                variation.resultEpoch,
                head.usage());
    }
}
