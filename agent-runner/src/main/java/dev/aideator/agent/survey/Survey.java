package dev.aideator.agent.survey;

import dev.aideator.agent.checkout.Checkout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All that is known when the writing starts, and the advice that gathers on the way. */
final class Survey {

    private record Advice(int weight, String text) {}

    private static final int MOST_ADVICE = 8;

    final Checkout checkout;
    final Findings findings;
    final History history;
    final Instant now;
    private final List<Advice> advice = new ArrayList<>();

    Survey(Checkout checkout, Findings findings, History history, Instant now) {
        this.checkout = checkout;
        this.findings = findings;
        this.history = history;
        this.now = now;
    }

    /** The heavier, the higher up; the same advice counts once. */
    void advise(int weight, String text) {
        if (advice.stream().noneMatch(given -> given.text().equals(text))) {
            advice.add(new Advice(weight, text));
        }
    }

    List<String> advice() {
        return advice.stream()
                .sorted(Comparator.comparingInt(Advice::weight).reversed())
                .limit(MOST_ADVICE)
                .map(Advice::text)
                .toList();
    }

    Instant committed() {
        return Instant.ofEpochSecond(checkout.commit().getCommitTime());
    }

    /** {@code 3 days ago}. */
    String ago(Instant then) {
        Duration age = Duration.between(then, now);
        if (age.isNegative() || age.toMinutes() < 1) {
            return "just now";
        }
        String amount = age.toHours() < 1
                ? Markdown.count(age.toMinutes(), "minute")
                : age.toDays() < 1
                        ? Markdown.count(age.toHours(), "hour")
                        : age.toDays() < 60
                                ? days(age.toDays())
                                : age.toDays() < 730
                                        ? Markdown.count(age.toDays() / 30, "month")
                                        : Markdown.count(age.toDays() / 365, "year");
        return amount + " ago";
    }

    private static String days(long days) {
        return days + (days == 1 ? " day" : " days");
    }
}
