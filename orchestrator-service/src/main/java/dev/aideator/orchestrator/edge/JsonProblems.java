package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is wrong with a JSON body, in words for its author instead of Jackson's. */
final class JsonProblems {

    private JsonProblems() {}

    static Problem of(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> unknownField(unknown);
            case JsonMappingException mapping when mapping.getPath().isEmpty() -> notAnObject(mapping);
            case JsonMappingException mapping -> wrongValue(mapping);
            default -> broken(e);
        };
    }

    private static Problem unknownField(UnrecognizedPropertyException e) {
        String known =
                e.getKnownPropertyIds().stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        return new Problem(
                400,
                "unknown-field",
                "A field is not known",
                "There is no field " + path(e) + "; the fields here are " + known + ".");
    }

    private static Problem wrongValue(JsonMappingException e) {
        String field = path(e);
        String expected = expected(targetType(e));
        String detail = expected == null ? field + " has a value that cannot be read" : field + " must be " + expected;
        String given = e instanceof InvalidFormatException format ? "; you sent " + quoted(format.getValue()) : "";
        return new Problem(400, "invalid-field", field + " is not valid", detail + given + ".");
    }

    private static Class<?> targetType(JsonMappingException e) {
        return switch (e) {
            case MismatchedInputException mismatch -> mismatch.getTargetType();
            case JsonMappingException other
            when other.getCause() instanceof InputCoercionException tooBig -> tooBig.getTargetType();
            default -> null;
        };
    }

    private static Problem notAnObject(JsonMappingException e) {
        if (e.getCause() instanceof JsonProcessingException cause && !(cause instanceof JsonMappingException)) {
            return broken(cause);
        }
        return new Problem(
                400,
                "invalid-json",
                "The body is not one JSON object",
                "Send exactly one JSON object, such as {\"github_url\": \"https://github.com/owner/name\", \"prompt\": \"…\"}.");
    }

    private static Problem broken(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new Problem(
                400,
                "invalid-json",
                "The body is not valid JSON",
                "The body can't be read as JSON" + where + ": " + firstSentence(e.getOriginalMessage()) + ".");
    }

    /** What a target type is called in JSON; null where no short word says it. */
    private static String expected(Class<?> type) {
        if (type == null) {
            return null;
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a string";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return type.isRecord() || Map.class.isAssignableFrom(type) ? "an object" : null;
    }

    /** {@code agents[1].parameters.temperature}. */
    private static String path(JsonMappingException e) {
        List<JsonMappingException.Reference> path = e.getPath();
        StringBuilder text = new StringBuilder();
        for (JsonMappingException.Reference part : path) {
            if (part.getFieldName() == null) {
                text.append('[').append(part.getIndex()).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(Texts.shown(part.getFieldName()));
            }
        }
        return text.toString();
    }

    private static String quoted(Object value) {
        return value instanceof CharSequence text
                ? '"' + Texts.shown(text.toString()) + '"'
                : Texts.shown(String.valueOf(value));
    }

    /** Jackson's message without what only its own programmer understands. */
    private static String firstSentence(String message) {
        String line =
                message == null ? "it is broken" : message.lines().findFirst().orElse("it is broken");
        int aside = line.indexOf(" (start marker");
        int advice = line.indexOf(" (for ");
        int end = Math.min(aside < 0 ? line.length() : aside, advice < 0 ? line.length() : advice);
        return Texts.shown(line.substring(0, end));
    }
}
