package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Manifest.Dependency;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A pom.xml: what it depends on itself; what it only manages for others is left out. */
final class MavenManifest {

    private MavenManifest() {}

    static Manifest read(String path, String text) {
        Map<String, String> project = new HashMap<>();
        Map<String, String> properties = new HashMap<>();
        List<Map<String, String>> found = new ArrayList<>();
        try {
            XMLStreamReader xml = reader(text);
            Deque<String> open = new ArrayDeque<>();
            StringBuilder content = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        open.addLast(xml.getLocalName());
                        content.setLength(0);
                        if (String.join("/", open).equals("project/dependencies/dependency")) {
                            found.add(new HashMap<>());
                        }
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> content.append(xml.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        String where = String.join("/", open);
                        String value = content.toString().strip();
                        String name = open.removeLast();
                        content.setLength(0);
                        if (where.equals("project/properties/" + name)) {
                            properties.put(name, value);
                        } else if (where.equals("project/" + name)) {
                            project.put(name, value);
                        } else if (where.equals("project/dependencies/dependency/" + name)) {
                            found.getLast().put(name, value);
                        }
                    }
                    default -> {}
                }
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("No readable pom.xml", e);
        }
        List<Dependency> dependencies = found.stream()
                .map(d -> new Dependency(
                        d.getOrDefault("groupId", "?") + ":" + d.getOrDefault("artifactId", "?"),
                        resolve(d.get("version"), properties, project),
                        d.get("scope")))
                .toList();
        String name = project.getOrDefault("artifactId", project.get("name"));
        return new Manifest(path, "Maven", name, dependencies, List.of());
    }

    private static XMLStreamReader reader(String text) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        // A hostile document can neither read files nor unfold without end.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory.createXMLStreamReader(new StringReader(text));
    }

    private static String resolve(String version, Map<String, String> properties, Map<String, String> project) {
        if (version == null || !version.startsWith("${") || !version.endsWith("}")) {
            return version;
        }
        String name = version.substring(2, version.length() - 1);
        return name.equals("project.version") ? project.get("version") : properties.get(name);
    }
}
