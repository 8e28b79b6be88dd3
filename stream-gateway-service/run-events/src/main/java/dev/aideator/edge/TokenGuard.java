package dev.aideator.edge;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

import java.util.function.Predicate;

/**
 * Lets in who has a token or a session, and everybody to what is open. Everything is closed but what is said to be open,
 * so that a path which a router reads otherwise than we do leads nowhere.
 */
public final class TokenGuard implements Handler<RoutingContext> {

    /** Whoever tries a wrong token waits as long for the answer, so that guessing is slow; the right one is at once in. */
    public static final long WRONG_TOKEN_MILLIS = 500;

    private final ApiTokens tokens;
    private final MachinePaths machines;
    private final Predicate<RoutingContext> open;

    /** {@code open}: what anybody may ask of this service, besides what machines may. */
    public TokenGuard(ApiTokens tokens, MachinePaths machines, Predicate<RoutingContext> open) {
        this.tokens = tokens;
        this.machines = machines;
        this.open = open;
    }

    @Override
    public void handle(RoutingContext context) {
        if (tokens.admit(context.request()) || machines.include(context) || open.test(context)) {
            context.next();
            return;
        }
        // A body that nobody wants is read away, so that the connection lives on.
        context.request().resume();
        if (tokens.bringsWrongToken(context.request())) {
            context.vertx()
                    .setTimer(WRONG_TOKEN_MILLIS, waited -> refuse(context, wrong(), ", error=\"invalid_token\""));
        } else {
            refuse(context, missing(), "");
        }
    }

    private static void refuse(RoutingContext context, Problem problem, String why) {
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"AIdeator\"" + why);
        problem.send(context.response());
    }

    private static Problem missing() {
        return new Problem(
                401,
                "token-missing",
                "This AIdeator asks for a token",
                "Send the value of AIDEATOR_API_TOKEN as a bearer token (Authorization: Bearer …), or enter it in the"
                        + " dashboard; a session that you had has ended.");
    }

    /** Also for who gives a wrong one to get a session. */
    public static Problem wrong() {
        return new Problem(
                401,
                "token-wrong",
                "This is not the token",
                "Give the value of AIDEATOR_API_TOKEN that this AIdeator was started with.");
    }
}
