package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.Texts;

import com.fasterxml.jackson.databind.JsonNode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** The body of POST /runs/{id}/select. */
@Schema(name = "PickRequest")
record PickRequest(
        @Schema(
                required = true,
                oneOf = {Integer.class, String.class},
                description = "The variation's number, or the same as a string.",
                examples = "0")
        JsonNode variationId,

        @Schema(description = "Why this one, for those who look at it later.", maxLength = 2000)
        String reason) {

    int variation() {
        if (variationId != null && variationId.isIntegralNumber() && variationId.canConvertToInt()) {
            return variationId.intValue();
        }
        if (variationId != null
                && variationId.isTextual()
                && variationId.textValue().matches("0|[1-9][0-9]{0,8}")) {
            return Integer.parseInt(variationId.textValue());
        }
        String given = variationId == null || variationId.isNull() ? "nothing" : Texts.shown(variationId.toString());
        throw invalid(
                "variation-id-invalid",
                "variation_id is not a variation's number",
                "Give variation_id as a number, such as 0, or its string; you sent " + given + ".");
    }

    String reasonWithin(int maxLength) {
        if (reason == null || reason.isBlank()) {
            return null;
        }
        if (reason.codePointCount(0, reason.length()) > maxLength) {
            throw invalid(
                    "reason-too-long",
                    "reason is too long",
                    "Your reason has " + reason.codePointCount(0, reason.length()) + " characters and may have "
                            + maxLength + ".");
        }
        return Texts.kept(reason);
    }
}
