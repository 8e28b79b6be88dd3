package dev.aideator.local;

/** One line of what the doctor found. {@code says} has the next step wherever there is one. */
record Finding(Mark mark, String what, String says) {

    enum Mark {
        GOOD("✓"),
        BAD("✗"),
        /** Neither: it does not apply now. */
        OPEN("–");

        private final String sign;

        Mark(String sign) {
            this.sign = sign;
        }
    }

    static Finding good(String what, String says) {
        return new Finding(Mark.GOOD, what, says);
    }

    static Finding bad(String what, String says) {
        return new Finding(Mark.BAD, what, says);
    }

    static Finding open(String what, String says) {
        return new Finding(Mark.OPEN, what, says);
    }

    @Override
    public String toString() {
        return "%s %-14s %s".formatted(mark.sign, what, says);
    }
}
