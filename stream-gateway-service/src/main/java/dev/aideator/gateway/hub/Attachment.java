package dev.aideator.gateway.hub;

/** What became of a viewer who came. */
public sealed interface Attachment {

    /** It is being served. */
    record Attached(Viewer viewer) implements Attachment {}

    /** It has the whole run, and nothing will follow. */
    record Finished() implements Attachment {}

    /** The hub has just been closed: the next one will take it. */
    record Closed() implements Attachment {}
}
