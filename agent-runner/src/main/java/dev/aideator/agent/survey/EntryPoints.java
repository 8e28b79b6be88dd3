package dev.aideator.agent.survey;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Where a program starts, and where the outside comes in. */
final class EntryPoints {

    private record Sign(String hint, Pattern pattern, String what) {}

    private static final Sign QUARKUS_MAIN = sign("@QuarkusMain", "^@QuarkusMain", "Quarkus application");

    private static final Map<String, List<Sign>> BY_LANGUAGE = Map.ofEntries(
            Map.entry(
                    "Java",
                    List.of(
                            sign("@SpringBootApplication", "^@SpringBootApplication", "Spring Boot application"),
                            QUARKUS_MAIN,
                            sign(
                                    " main(",
                                    "^\\s*(public\\s+)?static\\s+(public\\s+)?(final\\s+)?void\\s+main\\s*\\(",
                                    "`main` method"))),
            Map.entry(
                    "Kotlin",
                    List.of(
                            sign("@SpringBootApplication", "^@SpringBootApplication", "Spring Boot application"),
                            sign("fun main(", "^\\s*(suspend\\s+)?fun\\s+main\\s*\\(", "`main` function"))),
            Map.entry("Scala", List.of(sign("def main(", "def\\s+main\\s*\\(", "`main` method"))),
            Map.entry("Python", List.of(sign("__main__", "^if\\s+__name__\\s*==\\s*['\"]__main__", "script"))),
            Map.entry("Go", List.of(sign("func main(", "^func\\s+main\\s*\\(\\s*\\)", "`main` function"))),
            Map.entry(
                    "Rust",
                    List.of(sign("fn main(", "^\\s*(pub\\s+)?(async\\s+)?fn\\s+main\\s*\\(", "`main` function"))),
            Map.entry("C", List.of(sign("main(", "^\\s*(int|void)\\s+main\\s*\\(", "`main` function"))),
            Map.entry("C++", List.of(sign("main(", "^\\s*(int|auto)\\s+main\\s*\\(", "`main` function"))),
            Map.entry("C#", List.of(sign(" Main(", "static\\s+.*\\bMain\\s*\\(", "`Main` method"))),
            Map.entry("Swift", List.of(sign("@main", "^@main", "`@main` type"))),
            Map.entry("Dart", List.of(sign("main(", "^void\\s+main\\s*\\(", "`main` function"))),
            Map.entry("Elixir", List.of(sign("use Application", "^\\s*use Application", "OTP application"))),
            Map.entry("JavaScript", web()),
            Map.entry("TypeScript", web()));

    private static final Pattern ROUTE =
            Pattern.compile("^\\s*@(GET|POST|PUT|DELETE|PATCH)\\b|^\\s*@(Get|Post|Put|Delete|Patch|Request)Mapping\\b"
                    + "|^\\s*@(app|router|blueprint|bp|api)\\.(get|post|put|delete|patch|route|websocket)\\("
                    + "|\\b(app|router|server|fastify)\\.(get|post|put|delete|patch)\\(\\s*['\"`]/"
                    + "|\\b(HandleFunc|r\\.(GET|POST|PUT|DELETE|PATCH))\\(\\s*\""
                    + "|^\\s*(get|post|put|delete|patch|resources?)\\s+['\":]"
                    + "|^\\s*#\\[(get|post|put|delete|patch)\\(");

    private EntryPoints() {}

    private static Sign sign(String hint, String pattern, String what) {
        return new Sign(hint, Pattern.compile(pattern), what);
    }

    private static List<Sign> web() {
        return List.of(
                sign("createRoot(", "createRoot\\(", "React page"),
                sign("createApp(", "createApp\\(", "Vue application"),
                sign(".listen(", "\\b(app|server|fastify)\\.listen\\(", "server"),
                sign("#!/", "^#!.*\\bnode\\b", "script"));
    }

    static List<Findings.EntryPoint> find(RepoFile file, List<String> lines) {
        List<Findings.EntryPoint> found = new ArrayList<>();
        if (file.isTest() || file.isForeign()) {
            return found;
        }
        for (Sign sign : BY_LANGUAGE.getOrDefault(file.language().name(), List.of())) {
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.length() < 500
                        && line.contains(sign.hint())
                        && sign.pattern().matcher(line).find()) {
                    found.add(new Findings.EntryPoint(file.path(), i + 1, sign.what()));
                    // One is enough: a Spring Boot application has a main method too.
                    return found;
                }
            }
        }
        if (file.language().name().equals("Shell") && file.folder().equals(".")) {
            found.add(new Findings.EntryPoint(file.path(), 1, "script at the top"));
        }
        return found;
    }

    /** What starts without being code: images, and executables without an extension. */
    static List<Findings.EntryPoint> ofPackaging(RepoFile file, List<String> lines) {
        List<Findings.EntryPoint> found = new ArrayList<>();
        if (file.language().name().equals("Docker")) {
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).matches("(?i)\\s*(ENTRYPOINT|CMD)\\s.*")
                        && lines.get(i).length() < 500) {
                    found.add(new Findings.EntryPoint(file.path(), i + 1, "container image"));
                }
            }
            return found.size() > 1 ? found.subList(0, 1) : found;
        }
        boolean script = file.language().equals(Language.UNKNOWN)
                && !lines.isEmpty()
                && lines.getFirst().startsWith("#!")
                && file.name().indexOf('.') < 0;
        if (script) {
            found.add(new Findings.EntryPoint(file.path(), 1, "script"));
        }
        return found;
    }

    /** How many places of a file answer HTTP requests. */
    static int routes(RepoFile file, List<String> lines) {
        boolean web =
                switch (file.language().name()) {
                    case "Java", "Kotlin", "Python", "JavaScript", "TypeScript", "Go", "Rust" -> true;
                    case "Ruby" -> file.path().endsWith("routes.rb");
                    default -> false;
                };
        return web
                ? (int) lines.stream()
                        .filter(line ->
                                line.length() < 500 && ROUTE.matcher(line).find())
                        .count()
                : 0;
    }
}
