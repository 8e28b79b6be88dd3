package dev.aideator.agent.survey;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the prompt asks about, held against the files: each word counts the more, the fewer files have it, and the more
 * often a file has it, with falling returns; in a path it counts most. Filled file by file.
 */
final class Question {

    /** A file that fits; {@code hits} has what each of the question's words found in it. */
    record Match(String path, double score, Map<String, Integer> hits, int firstLine, List<String> excerpt) {}

    private record Candidate(
            RepoFile file, Map<String, Integer> hits, Set<String> inPath, int bestLine, List<String> excerpt) {}

    private static final int MOST_WORDS = 40;
    private static final int MOST_CANDIDATES = 4000;
    private static final int EXCERPT = 7;

    /** By their stems. */
    private final Map<String, String> words = new LinkedHashMap<>();

    private final Map<String, Integer> filesWith = new HashMap<>();
    private final List<Candidate> candidates = new ArrayList<>();
    private int files;

    Question(String prompt) {
        Words.ofQuestion(prompt).forEach((stem, word) -> {
            if (words.size() < MOST_WORDS) {
                words.put(stem, word);
            }
        });
    }

    /** As the prompt has them. */
    List<String> words() {
        return List.copyOf(words.values());
    }

    void read(RepoFile file, String text, List<String> lines) {
        files++;
        if (words.isEmpty() || file.language().equals(Language.UNKNOWN) && file.size() > 100_000) {
            return;
        }
        Map<String, Integer> hits = new LinkedHashMap<>();
        Words.each(text, word -> {
            String stem = Words.stem(word);
            if (words.containsKey(stem)) {
                hits.merge(stem, 1, Integer::sum);
            }
        });
        List<String> inPath = new ArrayList<>();
        Words.each(file.path(), word -> {
            if (words.containsKey(Words.stem(word))) {
                inPath.add(Words.stem(word));
            }
        });
        inPath.forEach(word -> hits.merge(word, 0, Integer::sum));
        hits.keySet().forEach(word -> filesWith.merge(word, 1, Integer::sum));
        if (!hits.isEmpty() && candidates.size() < MOST_CANDIDATES) {
            int best = bestLine(lines);
            int from = Math.max(0, best - EXCERPT / 2);
            List<String> excerpt = lines.subList(from, Math.min(lines.size(), from + EXCERPT)).stream()
                    .map(line -> line.length() > 400 ? line.substring(0, 400) : line)
                    .map(SecretLooking::redact)
                    .toList();
            candidates.add(new Candidate(file, hits, Set.copyOf(inPath), from + 1, excerpt));
        }
    }

    /** The middle of the few lines that have most of the question's words, declarations before imports. */
    private int bestLine(List<String> lines) {
        int best = 0;
        int most = -1;
        for (int i = 0; i < Math.min(lines.size(), 20_000); i++) {
            String line = lines.get(i);
            if (line.length() > 1000 || line.startsWith("import ") || line.startsWith("package ")) {
                continue;
            }
            List<String> found = new ArrayList<>();
            Words.each(line, word -> {
                String stem = Words.stem(word);
                if (words.containsKey(stem) && !found.contains(stem)) {
                    found.add(stem);
                }
            });
            if (found.size() > most) {
                most = found.size();
                best = i;
            }
        }
        return best;
    }

    /** The best first. */
    List<Match> best(int count) {
        return candidates.stream()
                .map(this::scored)
                .sorted(Comparator.comparingDouble(Match::score).reversed().thenComparing(Match::path))
                .limit(count)
                .toList();
    }

    private Match scored(Candidate candidate) {
        double score = 0;
        for (Map.Entry<String, Integer> hit : candidate.hits().entrySet()) {
            double rarity = Math.log(1.0 + (double) files / filesWith.get(hit.getKey()));
            double strength = Math.log1p(hit.getValue()) + (candidate.inPath().contains(hit.getKey()) ? 3 : 0);
            score += rarity * strength;
        }
        // Code answers a question about code; its tests and what a tool wrote come second.
        double weight = candidate.file().isTest() ? 0.6 : candidate.file().isOwnCode() ? 1 : 0.7;
        // A file that has all words says more than one that has one of them often.
        double coverage = (double) candidate.hits().size() / words.size();
        return new Match(
                candidate.file().path(),
                score * weight * (0.5 + coverage),
                asAsked(candidate.hits()),
                candidate.bestLine(),
                candidate.excerpt());
    }

    private Map<String, Integer> asAsked(Map<String, Integer> hits) {
        Map<String, Integer> byWord = new LinkedHashMap<>();
        hits.forEach((stem, count) -> byWord.put(words.get(stem), count));
        return byWord;
    }

    /** Words that no file has. */
    List<String> unknownWords() {
        return words.entrySet().stream()
                .filter(word -> !filesWith.containsKey(word.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Whether the prompt has any of these words. */
    boolean mentions(String... any) {
        for (String word : any) {
            if (words.containsKey(Words.stem(word))) {
                return true;
            }
        }
        return false;
    }
}
