package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Errors that arise outside of REST resources: the router's own, and those of plain routes. */
@ApplicationScoped
class RouterProblems {

    void install(@Observes Router router) {
        router.route().order(-20_000).failureHandler(RouterProblems::answer);
    }

    private static void answer(RoutingContext context) {
        if (context.response().headWritten()) {
            context.request().connection().close();
            return;
        }
        int status = context.statusCode();
        Problem problem = status >= 400 && status < 500
                ? FrameworkProblems.of(
                        status,
                        context.request().method().name(),
                        context.request().path())
                : Problems.unexpected(
                        context.failure(),
                        context.request().method().name(),
                        context.request().path());
        problem.send(context.response());
    }
}
