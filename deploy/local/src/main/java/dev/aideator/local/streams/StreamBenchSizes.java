package dev.aideator.local.streams;

/**
 * How much is measured. {@code rounds}: of each measurement and server, in turns; {@code viewers}: of the one run that
 * many watch; {@code events}: what each of them gets from nchan when it is sent all it takes, ten times as much from the
 * gateway and a tenth from FastAPI; {@code seconds}: of measurements at a given pace; {@code idle}: connections that wait
 * for nothing; {@code runs}: with two viewers each.
 */
public record StreamBenchSizes(int rounds, int viewers, int events, int seconds, int idle, int runs) {}
