package dev.aideator.events;

/** What the append script did; {@code last} is the stream's last id afterwards. */
public sealed interface StreamAnswer {

    EntryId last();

    /** It stands in the stream now. */
    record Added(EntryId last) implements StreamAnswer {}

    /** It stood in the stream already. */
    record Acknowledged(EntryId last) implements StreamAnswer {}

    /** Events are missing between {@code last} and this one: send them first. */
    record Hole(EntryId last) implements StreamAnswer {}

    /** Nobody opened this epoch yet, or Redis lost the opening: wait. */
    record NotOpen(EntryId last) implements StreamAnswer {}

    /** A newer attempt has taken over: stop. */
    record Fenced(EntryId last) implements StreamAnswer {}

    /** The attempt is over: nothing more is taken. */
    record Sealed(EntryId last) implements StreamAnswer {}

    static StreamAnswer of(String what, EntryId last) {
        return switch (what) {
            case "added" -> new Added(last);
            case "acknowledged" -> new Acknowledged(last);
            case "hole" -> new Hole(last);
            case "not_open" -> new NotOpen(last);
            case "fenced" -> new Fenced(last);
            case "sealed" -> new Sealed(last);
            case String unknown -> throw new IllegalArgumentException("The append script never answers " + unknown);
        };
    }
}
