package dev.aideator.orchestrator.run;

/** What an attempt's agent said last, at most 256 KiB of UTF-8; when truncated, the whole is in the attempt's output. */
public record FinalText(long attempt, String text, boolean truncated) {}
