package dev.aideator.agent.survey;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a file is written in, told by its name. */
record Language(String name, Kind kind) {

    enum Kind {
        CODE,
        MARKUP,
        DATA,
        PROSE,
        BUILD,
        OTHER
    }

    static final Language UNKNOWN = new Language("Other", Kind.OTHER);

    private static final Map<String, Language> BY_EXTENSION = new HashMap<>();
    private static final Map<String, Language> BY_NAME = new HashMap<>();

    static {
        code("Java", "java");
        code("Kotlin", "kt kts");
        code("Scala", "scala sc");
        code("Groovy", "groovy");
        code("Clojure", "clj cljs cljc edn");
        code("TypeScript", "ts tsx mts cts");
        code("JavaScript", "js jsx mjs cjs");
        code("Vue", "vue");
        code("Svelte", "svelte");
        code("Python", "py pyi pyx");
        code("Ruby", "rb rake gemspec");
        code("Go", "go");
        code("Rust", "rs");
        code("C", "c h");
        code("C++", "cc cpp cxx hpp hh hxx inl");
        code("C#", "cs");
        code("F#", "fs fsx");
        code("Visual Basic", "vb");
        code("Objective-C", "m mm");
        code("Swift", "swift");
        code("Dart", "dart");
        code("PHP", "php");
        code("Perl", "pl pm");
        code("Lua", "lua");
        code("R", "r");
        code("Julia", "jl");
        code("Haskell", "hs lhs");
        code("OCaml", "ml mli");
        code("Elixir", "ex exs");
        code("Erlang", "erl hrl");
        code("Zig", "zig");
        code("Nim", "nim");
        code("Assembly", "asm s");
        code("Shell", "sh bash zsh fish");
        code("PowerShell", "ps1 psm1");
        code("Batch", "bat cmd");
        code("SQL", "sql");
        code("GraphQL", "graphql gql");
        code("Protocol Buffers", "proto");
        code("Terraform", "tf tfvars hcl");
        code("Nix", "nix");
        code("Vim script", "vim");
        code("Emacs Lisp", "el");
        code("Jupyter notebook", "ipynb");
        of("HTML", Kind.MARKUP, "html htm xhtml");
        of("CSS", Kind.MARKUP, "css");
        of("Sass", Kind.MARKUP, "scss sass");
        of("Less", Kind.MARKUP, "less");
        of("Templates", Kind.MARKUP, "ejs hbs mustache j2 jinja ftl qute erb tpl tmpl");
        of("XML", Kind.DATA, "xml xsd xsl xslt wsdl");
        of("JSON", Kind.DATA, "json json5 jsonc jsonl ndjson");
        of("YAML", Kind.DATA, "yaml yml");
        of("TOML", Kind.DATA, "toml");
        of("Properties", Kind.DATA, "properties ini cfg conf env editorconfig");
        of("CSV", Kind.DATA, "csv tsv");
        of("SVG", Kind.MARKUP, "svg");
        of("Markdown", Kind.PROSE, "md mdx markdown");
        of("reStructuredText", Kind.PROSE, "rst");
        of("AsciiDoc", Kind.PROSE, "adoc asciidoc");
        of("Text", Kind.PROSE, "txt");
        of("TeX", Kind.PROSE, "tex bib");
        of("Gradle", Kind.BUILD, "gradle");
        of("CMake", Kind.BUILD, "cmake");
        of("Make", Kind.BUILD, "mk");
        named("Docker", "dockerfile containerfile");
        named("Make", "makefile gnumakefile");
        named("Gradle", "build.gradle.kts settings.gradle.kts");
        named("CMake", "cmakelists.txt");
        named("Tilt", "tiltfile");
        named("Jenkins", "jenkinsfile");
        named("Ruby", "gemfile rakefile podfile");
        named("Go", "go.mod go.sum");
        named("Maven", "pom.xml mvnw");
    }

    private static void code(String name, String extensions) {
        of(name, Kind.CODE, extensions);
    }

    private static void of(String name, Kind kind, String extensions) {
        for (String extension : extensions.split(" ")) {
            BY_EXTENSION.put(extension, new Language(name, kind));
        }
    }

    private static void named(String name, String fileNames) {
        for (String fileName : fileNames.split(" ")) {
            BY_NAME.put(fileName, new Language(name, Kind.BUILD));
        }
    }

    static Language of(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        Language named = BY_NAME.get(name);
        if (named == null && name.startsWith("dockerfile.")) {
            named = BY_NAME.get("dockerfile");
        }
        if (named != null) {
            return named;
        }
        int dot = name.lastIndexOf('.');
        return dot < 0 ? UNKNOWN : BY_EXTENSION.getOrDefault(name.substring(dot + 1), UNKNOWN);
    }

    /** Words of languages, not of what is written in them. */
    private static final Set<String> KEYWORDS =
            Set.of(("abstract assert async await boolean break byte case catch char class const constexpr continue"
                            + " default delete double else enum except export extends false final finally float from func"
                            + " function implements import include inline instance instanceof interface lambda long match"
                            + " mutable namespace native null object operator override package private protected public raise"
                            + " record return self sealed short signed sizeof static string struct super switch template this"
                            + " throw throws trait true type typedef typename typeof undefined union unsigned using virtual"
                            + " void volatile where while with yield that when then todo param returns java javax org com http"
                            + " https test args value name into each only util over have what which there they them strings"
                            + " integer number")
                    .split(" "));

    static boolean isKeyword(String word) {
        return KEYWORDS.contains(word);
    }

    boolean isCode() {
        return kind == Kind.CODE;
    }
}
