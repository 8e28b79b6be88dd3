package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Manifest.Dependency;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Manifests that can be read a line at a time. */
final class LineManifests {

    private static final Pattern TOML_TABLE = Pattern.compile("^\\s*\\[+\\s*([^\\]]+?)\\s*]+\\s*(#.*)?$");
    private static final Pattern TOML_PAIR = Pattern.compile("^\\s*([\\w.\"-]+)\\s*=\\s*(.+?)\\s*$");
    private static final Pattern TOML_VERSION = Pattern.compile("version\\s*=\\s*[\"']([^\"']+)[\"']");
    private static final Pattern QUOTED = Pattern.compile("[\"']([^\"']+)[\"']");
    private static final Pattern PYTHON =
            Pattern.compile("^\\s*([A-Za-z0-9][\\w.-]*)(?:\\[[^\\]]*])?\\s*(?:\\(?\\s*((?:[=<>!~]=?=?)[^;#)]*))?.*$");
    private static final Pattern GO =
            Pattern.compile("^\\s*(?:require\\s+)?([\\w.-]+\\.[\\w.-]+/\\S+|[\\w.-]+\\.\\w+)\\s+(v\\S+)(.*)$");
    private static final Pattern GEM =
            Pattern.compile("^\\s*gem\\s+[\"']([^\"']+)[\"'](?:\\s*,\\s*[\"']([^\"']+)[\"'])?");
    private static final Pattern GRADLE = Pattern.compile(
            "^\\s*(\\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|[cC]ompile|[aA]nnotationProcessor|kapt|ksp))"
                    + "\\s*\\(?\\s*(?:platform\\(\\s*|enforcedPlatform\\(\\s*)?(?:[\"']([^\"']+)[\"']|(libs\\.[\\w.]+))");

    private LineManifests() {}

    static Manifest goMod(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        String name = null;
        boolean block = false;
        for (String line : text.lines().toList()) {
            String stripped = line.strip();
            if (stripped.startsWith("module ")) {
                name = stripped.substring(7).strip();
            }
            if (stripped.startsWith("require (")) {
                block = true;
            } else if (stripped.equals(")")) {
                block = false;
            } else if (block || stripped.startsWith("require ")) {
                Matcher matcher = GO.matcher(line);
                if (matcher.matches()) {
                    String scope = matcher.group(3).contains("indirect") ? "indirect" : null;
                    found.add(new Dependency(matcher.group(1), matcher.group(2), scope));
                }
            }
        }
        return new Manifest(path, "Go modules", name, found, List.of());
    }

    static Manifest cargo(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        String name = null;
        String table = "";
        for (String line : text.lines().toList()) {
            Matcher header = TOML_TABLE.matcher(line);
            Matcher pair = TOML_PAIR.matcher(line);
            if (header.matches()) {
                table = header.group(1);
                Matcher single = Pattern.compile("(?:.*\\.)?(dev-|build-)?dependencies\\.([\\w-]+)")
                        .matcher(table);
                if (single.matches()) {
                    found.add(new Dependency(single.group(2), null, cargoScope(single.group(1))));
                }
            } else if (pair.matches()) {
                Matcher section =
                        Pattern.compile("(?:.*\\.)?(dev-|build-)?dependencies").matcher(table);
                if (section.matches()) {
                    found.add(new Dependency(pair.group(1), tomlVersion(pair.group(2)), cargoScope(section.group(1))));
                } else if (table.equals("package") && pair.group(1).equals("name")) {
                    name = unquoted(pair.group(2));
                }
            }
        }
        return new Manifest(path, "Cargo", name, found, List.of());
    }

    private static String cargoScope(String prefix) {
        return prefix == null ? null : prefix.substring(0, prefix.length() - 1);
    }

    static Manifest pyproject(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        List<String> scripts = new ArrayList<>();
        String name = null;
        String table = "";
        String list = null;
        for (String line : text.lines().toList()) {
            Matcher header = TOML_TABLE.matcher(line);
            Matcher pair = TOML_PAIR.matcher(line);
            if (list == null && header.matches()) {
                table = header.group(1);
                continue;
            }
            if (list == null && pair.matches()) {
                String key = pair.group(1);
                boolean listed = (table.equals("project") && key.equals("dependencies"))
                        || table.equals("project.optional-dependencies")
                        || table.equals("dependency-groups");
                if (listed && pair.group(2).startsWith("[")) {
                    list = table.equals("project") ? "" : key;
                } else if (table.matches("tool\\.poetry(\\.group\\.\\w+)?\\.(dev-)?dependencies")
                        && !key.equals("python")) {
                    String scope = table.contains("dev") || table.contains("test") ? "dev" : null;
                    found.add(new Dependency(key, tomlVersion(pair.group(2)), scope));
                } else if (table.equals("project.scripts") || table.equals("tool.poetry.scripts")) {
                    scripts.add(key);
                } else if (key.equals("name") && (table.equals("project") || table.equals("tool.poetry"))) {
                    name = unquoted(pair.group(2));
                }
            }
            if (list != null) {
                String rest =
                        line.contains("=") && pair.matches() && pair.group(2).startsWith("[") ? pair.group(2) : line;
                Matcher quoted = QUOTED.matcher(rest);
                while (quoted.find()) {
                    Dependency dependency = python(quoted.group(1), list.isEmpty() ? null : list);
                    if (dependency != null) {
                        found.add(dependency);
                    }
                }
                String open = QUOTED.matcher(rest).replaceAll("");
                if (open.contains("]")) {
                    list = null;
                }
            }
        }
        return new Manifest(path, "Python project", name, found, scripts);
    }

    static Manifest requirements(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        String scope = path.matches("(?i).*(dev|test).*\\.(txt|in)") ? "dev" : null;
        for (String line : text.lines().toList()) {
            String stripped = line.strip();
            Dependency dependency = stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith("-")
                    ? null
                    : python(stripped, scope);
            if (dependency != null) {
                found.add(dependency);
            }
        }
        return new Manifest(path, "pip", null, found, List.of());
    }

    private static Dependency python(String requirement, String scope) {
        Matcher matcher = PYTHON.matcher(requirement);
        return matcher.matches()
                ? new Dependency(
                        matcher.group(1),
                        matcher.group(2) == null ? null : matcher.group(2).strip(),
                        scope)
                : null;
    }

    static Manifest gemfile(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        String group = null;
        for (String line : text.lines().toList()) {
            if (line.strip().startsWith("group ")) {
                group = line.contains("test") || line.contains("development") ? "test" : null;
            } else if (line.strip().equals("end")) {
                group = null;
            }
            Matcher gem = GEM.matcher(line);
            if (gem.find()) {
                found.add(new Dependency(gem.group(1), gem.group(2), group));
            }
        }
        return new Manifest(path, "Bundler", null, found, List.of());
    }

    static Manifest gradle(String path, String text) {
        List<Dependency> found = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = line.length() < 500 ? GRADLE.matcher(line) : null;
            if (matcher != null && matcher.find()) {
                String scope = matcher.group(1).toLowerCase(Locale.ROOT).startsWith("test") ? "test" : null;
                if (matcher.group(3) != null) {
                    found.add(new Dependency(matcher.group(3), null, scope));
                } else {
                    String[] parts = matcher.group(2).split(":");
                    if (parts.length >= 2) {
                        found.add(new Dependency(parts[0] + ":" + parts[1], parts.length > 2 ? parts[2] : null, scope));
                    }
                }
            }
        }
        return new Manifest(path, "Gradle", null, found, List.of());
    }

    private static String tomlVersion(String value) {
        Matcher version = TOML_VERSION.matcher(value);
        if (version.find()) {
            return version.group(1);
        }
        return value.startsWith("\"") || value.startsWith("'") ? unquoted(value) : null;
    }

    private static String unquoted(String value) {
        Matcher quoted = QUOTED.matcher(value);
        return quoted.find() ? quoted.group(1) : value;
    }
}
