package dev.aideator.agent.survey;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Words as people and identifiers have them: {@code sessionStore}, {@code session_store} and "session store" alike. */
final class Words {

    /** Says nothing about what a repository is asked for. */
    private static final Set<String> COMMON =
            Set.of(("a about above add after all also an and any are as at be because been before below between both"
                            + " but by can check code could describe did do does down during each explain few file files find"
                            + " first for from further get give had has have having he help her here him his how i if implement"
                            + " in into is it its list look make many may me more most must my need new no nor not now of off"
                            + " on once only or other our out over please project project's repo repository say see she should"
                            + " show so some such tell than that the their them then there these they this those through to too"
                            + " under until up use used using very want was way we were what when where which while who whom"
                            + " why will with work works would write you your analyse analyze report review summary summarise"
                            + " summarize overview")
                    .split(" "));

    private Words() {}

    /** The words of a question that may stand in code, by their stems, in the question's order. */
    static Map<String, String> ofQuestion(String question) {
        Map<String, String> words = new LinkedHashMap<>();
        each(question, word -> {
            String stem = stem(word);
            if (!COMMON.contains(word) && stem.length() >= 3) {
                words.putIfAbsent(stem, word);
            }
        });
        return words;
    }

    /** Every word of three letters or more, in lower case: runs of letters, cut where a capital follows a small letter. */
    static void each(CharSequence text, Consumer<String> word) {
        int start = -1;
        int length = text.length();
        for (int i = 0; i <= length; i++) {
            char c = i < length ? text.charAt(i) : ' ';
            boolean letter = Character.isLetter(c);
            boolean hump = letter
                    && start >= 0
                    && Character.isUpperCase(c)
                    && (Character.isLowerCase(text.charAt(i - 1))
                            || (i + 1 < length && Character.isLowerCase(text.charAt(i + 1))));
            if (start >= 0 && (!letter || hump)) {
                if (i - start >= 3 && i - start <= 40) {
                    word.accept(text.subSequence(start, i).toString().toLowerCase(Locale.ROOT));
                }
                start = -1;
            }
            if (letter && start < 0) {
                start = i;
            }
        }
    }

    /** Rough, and the same for question and code: sessions, session; stored, storing, stores, store. */
    static String stem(String word) {
        String stem = word;
        if (stem.length() > 5 && stem.endsWith("ies")) {
            stem = stem.substring(0, stem.length() - 3) + "y";
        } else if (stem.length() > 5 && stem.endsWith("ing")) {
            stem = stem.substring(0, stem.length() - 3);
        } else if (stem.length() > 4 && stem.endsWith("ed")) {
            stem = stem.substring(0, stem.length() - 2);
        } else if (stem.length() > 3 && stem.endsWith("s") && !stem.endsWith("ss")) {
            stem = stem.substring(0, stem.length() - 1);
        }
        return stem.length() > 4 && stem.endsWith("e") ? stem.substring(0, stem.length() - 1) : stem;
    }
}
