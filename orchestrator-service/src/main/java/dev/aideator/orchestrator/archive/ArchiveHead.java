package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;

/**
 * How far the archive is with a variation, and what it learned on the way.
 *
 * @param outputEpoch the latest attempt that put out anything, 0 for none
 */
public record ArchiveHead(EntryId position, Usage usage, long outputBytes, long outputEpoch) {

    public static final ArchiveHead START = new ArchiveHead(EntryId.START, Usage.NONE, 0, 0);

    public boolean hasOutput() {
        return outputEpoch > 0;
    }
}
