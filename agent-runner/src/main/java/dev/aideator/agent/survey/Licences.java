package dev.aideator.agent.survey;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Which licence a text is, by the words that only it has. */
final class Licences {

    private static final Map<String, String> BY_PHRASE = new LinkedHashMap<>();

    static {
        BY_PHRASE.put("gnu affero general public license", "AGPL");
        BY_PHRASE.put("gnu lesser general public license", "LGPL");
        BY_PHRASE.put("gnu general public license", "GPL");
        BY_PHRASE.put("apache license", "Apache 2.0");
        BY_PHRASE.put("mozilla public license", "MPL 2.0");
        BY_PHRASE.put("eclipse public license", "EPL");
        BY_PHRASE.put("permission is hereby granted, free of charge", "MIT");
        BY_PHRASE.put("permission to use, copy, modify, and/or distribute", "ISC");
        BY_PHRASE.put("redistribution and use in source and binary forms", "BSD");
        BY_PHRASE.put("this is free and unencumbered software", "Unlicense");
        BY_PHRASE.put("creative commons", "Creative Commons");
    }

    private Licences() {}

    static String name(String text) {
        String flat = text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        return BY_PHRASE.entrySet().stream()
                .filter(phrase -> flat.contains(phrase.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("a licence of its own");
    }
}
