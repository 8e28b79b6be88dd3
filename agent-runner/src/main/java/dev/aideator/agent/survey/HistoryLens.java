package dev.aideator.agent.survey;

import dev.aideator.agent.survey.History.Changes;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What changes most, who knows it, and where size and change meet. */
final class HistoryLens {

    private HistoryLens() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        extent(survey, report);
        if (!survey.history.tells()) {
            report.paragraph("That is too little history to tell hot spots by. What stands in the latest commits:");
            latest(survey, report);
            QualityLens.longest(survey, report);
            survey.advise(
                    30,
                    "Ask for a deeper clone (CLONE_DEPTH) if the repository has more history than "
                            + Markdown.count(survey.history.commits, "commit") + ".");
            return;
        }
        pace(survey, report);
        hotSpots(survey, report);
        mostChanged(survey, report);
        together(survey, report);
        knowledge(survey, report);
        latest(survey, report);
    }

    static void glance(Survey survey, Report report) throws InterruptedException {
        if (survey.history.tells()) {
            hotSpots(survey, report);
            mostChanged(survey, report);
        }
    }

    private static void extent(Survey survey, Report report) throws InterruptedException {
        History history = survey.history;
        report.section("How far back this looks");
        report.paragraph(history.extent() + ", from " + day(history.first) + " to " + day(history.latest) + ", "
                + Markdown.count(history.merges, "merge") + " among them, by "
                + Markdown.count(history.authors.size(), "author") + ".");
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }

    private static void pace(Survey survey, Report report) throws InterruptedException {
        Map<YearMonth, Integer> months = survey.history.months;
        report.section("Pace");
        int most = months.values().stream().mapToInt(Integer::intValue).max().orElse(1);
        List<Map.Entry<YearMonth, Integer>> shown = List.copyOf(months.entrySet());
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<YearMonth, Integer> month : shown.subList(Math.max(0, shown.size() - 12), shown.size())) {
            rows.add(List.of(
                    month.getKey().toString(),
                    Markdown.number(month.getValue()),
                    "█".repeat(Math.max(1, month.getValue() * 20 / most))));
        }
        report.table(List.of("Month", "#Commits", ""), rows);
        Duration quiet = Duration.between(survey.committed(), survey.now);
        if (quiet.toDays() > 365) {
            survey.advise(
                    60,
                    "Find out whether this is still kept: its latest commit is " + survey.ago(survey.committed())
                            + ".");
        }
    }

    private record HotSpot(String path, int lines, int commits, int fixes, long heat) {}

    private static void hotSpots(Survey survey, Report report) throws InterruptedException {
        List<HotSpot> spots = survey.findings.ownCode().stream()
                .map(file -> spot(survey, file))
                .filter(spot -> spot.commits() > 1 && spot.lines() > 0)
                .sorted(Comparator.comparingLong(HotSpot::heat).reversed().thenComparing(HotSpot::path))
                .limit(12)
                .toList();
        if (spots.isEmpty()) {
            return;
        }
        report.section("Hot spots");
        report.paragraph("Code that is both large and often changed (lines × commits): work on it pays first, since"
                + " every change has to understand it anew.");
        List<List<String>> rows = spots.stream()
                .map(spot -> List.of(
                        Markdown.code(spot.path()),
                        Markdown.number(spot.lines()),
                        Markdown.number(spot.commits()),
                        Markdown.number(spot.fixes()),
                        Markdown.number(spot.heat())))
                .toList();
        report.table(List.of("File", "#Lines", "#Commits", "#Fixes", "#Heat"), rows);
        HotSpot first = spots.getFirst();
        survey.advise(
                80,
                "Give " + Markdown.code(first.path()) + " attention first: " + Markdown.count(first.lines(), "line")
                        + ", changed in " + Markdown.count(first.commits(), "commit") + " of "
                        + survey.history.diffed
                        + (first.fixes() > 1 ? ", " + first.fixes() + " of them fixes" : "") + ".");
        spots.stream()
                .filter(spot -> spot.fixes() >= 3 && !spot.equals(first))
                .max(Comparator.comparingInt(HotSpot::fixes))
                .ifPresent(spot -> survey.advise(
                        62,
                        "Test " + Markdown.code(spot.path()) + " harder: " + spot.fixes()
                                + " commits to it were fixes."));
    }

    private static HotSpot spot(Survey survey, RepoFile file) {
        Changes changes = survey.history.files.get(file.path());
        int lines = survey.findings.lines(file);
        int commits = changes == null ? 0 : changes.commits;
        return new HotSpot(file.path(), lines, commits, changes == null ? 0 : changes.fixes, (long) lines * commits);
    }

    private static void mostChanged(Survey survey, Report report) throws InterruptedException {
        Set<String> present = survey.findings.files.stream().map(RepoFile::path).collect(Collectors.toSet());
        List<Changes> changed = survey.history.mostChanged(present, 15);
        report.section("Most changed");
        List<List<String>> rows = changed.stream()
                .map(changes -> List.of(
                        Markdown.code(changes.path),
                        Markdown.number(changes.commits),
                        Markdown.number(changes.authors.size()),
                        survey.ago(changes.latest)))
                .toList();
        report.table(List.of("File", "#Commits", "#Authors", "Latest"), rows);
    }

    private static void together(Survey survey, Report report) throws InterruptedException {
        Set<String> present = survey.findings.files.stream().map(RepoFile::path).collect(Collectors.toSet());
        List<Map.Entry<History.Pair, Integer>> pairs = survey.history.together.entrySet().stream()
                .filter(pair -> pair.getValue() >= 3
                        && present.contains(pair.getKey().first())
                        && present.contains(pair.getKey().second()))
                .sorted(Map.Entry.<History.Pair, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(pair -> pair.getKey().first())
                        .thenComparing(pair -> pair.getKey().second()))
                .limit(10)
                .toList();
        if (pairs.isEmpty()) {
            return;
        }
        report.section("What changes together");
        for (Map.Entry<History.Pair, Integer> pair : pairs) {
            report.item(Markdown.code(pair.getKey().first()) + " and "
                    + Markdown.code(pair.getKey().second()) + " – in " + pair.getValue() + " commits");
        }
        report.end();
        pairs.stream()
                .filter(pair -> !folder(pair.getKey().first())
                        .equals(folder(pair.getKey().second())))
                .filter(pair -> Language.of(pair.getKey().first()).isCode()
                        && Language.of(pair.getKey().second()).isCode())
                .findFirst()
                .ifPresent(pair -> survey.advise(
                        48,
                        "Look why " + Markdown.code(pair.getKey().first()) + " and "
                                + Markdown.code(pair.getKey().second())
                                + " change together though they live apart: one may know too much of the other."));
    }

    private static String folder(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static void knowledge(Survey survey, Report report) throws InterruptedException {
        History history = survey.history;
        report.section("Who wrote it");
        int all = history.commits;
        List<Map.Entry<String, Integer>> authors = history.authors.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .toList();
        List<List<String>> rows = authors.stream()
                .map(author -> List.of(
                        Markdown.text(author.getKey(), 60),
                        Markdown.number(author.getValue()),
                        Markdown.percent(author.getValue(), all)))
                .toList();
        report.table(List.of("Author", "#Commits", "#Share"), rows);
        if (history.authors.size() > 1 && authors.getFirst().getValue() * 10 > all * 8) {
            survey.advise(
                    45,
                    "Spread what " + Markdown.text(authors.getFirst().getKey(), 60) + " knows: "
                            + Markdown.percent(authors.getFirst().getValue(), all)
                            + " of the commits seen are theirs.");
        }
    }

    private static void latest(Survey survey, Report report) throws InterruptedException {
        if (survey.history.latestSubjects.isEmpty()) {
            return;
        }
        report.section("The latest commits");
        for (String subject : survey.history.latestSubjects) {
            report.item(Markdown.text(subject, 120));
        }
        report.end();
    }
}
