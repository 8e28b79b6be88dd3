package dev.aideator.local.streams;

/**
 * How much is measured. {@code rounds}: of each measurement and server, in turns; {@code viewers}: of the one run that
 * many watch; {@code events}: what each of them gets from a server that is sent all it takes; {@code seconds}: of
 * measurements at a given pace; {@code idle}: connections that wait for nothing; {@code runs}: with two viewers each.
 */
public record StreamBenchSizes(int rounds, int viewers, int events, int seconds, int idle, int runs) {}
