package dev.aideator.orchestrator.run;

/** What an agent said last, at most 256 KiB of UTF-8; when truncated, the whole is in the variation's output. */
public record FinalText(String text, boolean truncated) {}
