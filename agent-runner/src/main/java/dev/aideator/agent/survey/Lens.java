package dev.aideator.agent.survey;

/** From where a variation looks at the repository. */
enum Lens {
    MAP(
            "A map for a newcomer",
            "This survey looks at the repository as someone does who sees it for the first time: what is where, where it"
                    + " starts, and what to read first."),
    QUALITY(
            "Quality and tests",
            "This survey looks at how the code is kept in order: what is tested and what is not, which files have grown"
                    + " too large, and what their authors left to do."),
    HISTORY(
            "History and hot spots",
            "This survey looks at how the code came to be: what changes most, who knows it, and where size and change"
                    + " meet."),
    BUILD(
            "Dependencies and build",
            "This survey looks at what the code stands on: its manifests, its dependencies and their versions, how it is"
                    + " built and checked."),
    RISKS(
            "Risks and debt",
            "This survey looks for what may hurt later: secrets in the code, heavy and binary files, what is missing, and"
                    + " what is left undone.");

    final String title;
    final String introduction;

    Lens(String title, String introduction) {
        this.title = title;
        this.introduction = introduction;
    }

    static Lens of(int variation) {
        return values()[Math.floorMod(variation, values().length)];
    }

    /** Whether a prompt asks for this, in its own words. */
    boolean isAskedFor(Question question) {
        return switch (this) {
            case MAP ->
                question.mentions(
                        "structure", "architecture", "layout", "modules", "newcomer", "onboarding", "entry", "start");
            case QUALITY ->
                question.mentions("test", "tests", "coverage", "quality", "clean", "refactor", "refactoring", "lint");
            case HISTORY ->
                question.mentions(
                        "history", "churn", "hotspot", "hot", "changes", "commits", "authors", "git", "maintained");
            case BUILD ->
                question.mentions(
                        "dependency",
                        "dependencies",
                        "build",
                        "library",
                        "libraries",
                        "versions",
                        "upgrade",
                        "docker",
                        "pipeline",
                        "package");
            case RISKS ->
                question.mentions(
                        "risk",
                        "risks",
                        "security",
                        "secret",
                        "secrets",
                        "debt",
                        "vulnerability",
                        "licence",
                        "license",
                        "todo",
                        "todos",
                        "unsafe");
        };
    }
}
