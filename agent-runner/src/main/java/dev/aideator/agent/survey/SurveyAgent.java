package dev.aideator.agent.survey;

import dev.aideator.agent.Agent;
import dev.aideator.agent.Voice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.events.Payload.AgentLog.Level;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Reads the repository, without any model, and writes a report about it, each variation through another lens. */
public final class SurveyAgent implements Agent {

    private final Lens lens;
    private final Clock clock;

    public SurveyAgent(int variation, Clock clock) {
        this.lens = Lens.of(variation);
        this.clock = clock;
    }

    @Override
    public void run(String prompt, Checkout checkout, Voice voice) throws IOException, InterruptedException {
        Report report = new Report(voice);
        introduce(checkout, report);
        Survey survey = read(prompt, checkout, voice);
        Overview.write(survey, report);
        About.write(survey, report);
        look(lens, survey, report);
        for (Lens other : Lens.values()) {
            if (other != lens && other.isAskedFor(survey.findings.question)) {
                glance(other, survey, report);
            }
        }
        recommend(survey, report);
    }

    private void introduce(Checkout checkout, Report report) throws InterruptedException {
        report.title(lens.title + ": " + Markdown.text(name(checkout.url()), 80));
        report.paragraph("*" + lens.introduction + "*");
        LocalDate date =
                LocalDate.ofInstant(Instant.ofEpochSecond(checkout.commit().getCommitTime()), ZoneOffset.UTC);
        report.paragraph("Read at " + Markdown.code(checkout.ref()) + ", commit "
                + Markdown.code(checkout.commit().abbreviate(10).name()) + " of " + date + ": “"
                + Markdown.text(SecretLooking.redact(checkout.commit().getShortMessage()), 120) + "”.");
    }

    private static String name(String url) {
        String trimmed = url.replaceAll("(/|/?\\.git)+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    private Survey read(String prompt, Checkout checkout, Voice voice) throws IOException, InterruptedException {
        List<RepoFile> files = Scan.list(checkout);
        voice.log(Level.INFO, "Reading " + Markdown.count(files.size(), "file"));
        Findings findings = new Findings(files, new Question(prompt));
        Scan.read(checkout, files, findings);
        History history = History.of(checkout);
        voice.log(Level.INFO, "Read " + history.extent() + " of history");
        return new Survey(checkout, findings, history, clock.instant());
    }

    private static void look(Lens lens, Survey survey, Report report) throws InterruptedException {
        switch (lens) {
            case MAP -> MapLens.write(survey, report);
            case QUALITY -> QualityLens.write(survey, report);
            case HISTORY -> HistoryLens.write(survey, report);
            case BUILD -> BuildLens.write(survey, report);
            case RISKS -> RiskLens.write(survey, report);
        }
    }

    /** What the prompt asks for though it is another lens' subject, in short. */
    private static void glance(Lens lens, Survey survey, Report report) throws InterruptedException {
        switch (lens) {
            case MAP -> MapLens.glance(survey, report);
            case QUALITY -> QualityLens.glance(survey, report);
            case HISTORY -> HistoryLens.glance(survey, report);
            case BUILD -> BuildLens.glance(survey, report);
            case RISKS -> RiskLens.glance(survey, report);
        }
    }

    private static void recommend(Survey survey, Report report) throws InterruptedException {
        report.section("Recommendations");
        List<String> advice = survey.advice();
        if (advice.isEmpty()) {
            report.paragraph("Nothing that was measured here calls for a change.");
            return;
        }
        for (int i = 0; i < advice.size(); i++) {
            report.numbered(i + 1, advice.get(i));
        }
        report.end();
    }
}
