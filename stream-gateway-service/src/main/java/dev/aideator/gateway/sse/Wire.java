package dev.aideator.gateway.sse;

import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.Executor;

/**
 * The way of a stream's bytes to one client. Its head goes out with the first write; until then the response can still
 * become something else. Belongs to one event loop: all but {@link #loop} may only be called there.
 */
interface Wire {

    /** Where all else is to be called: at once by whoever is there already. */
    Executor loop();

    /** {@code receipt} is told when the bytes have left, or the client has. */
    void write(Buffer bytes, Receipt receipt);

    /** Nothing follows; succeeds when all has left. */
    Future<Void> end();

    /** Bytes that were written and have not left yet. */
    long waiting();

    /** Ends it at once and in the middle: what waits for a client who does not read is never taken. */
    void cut();

    /** Called, perhaps more than once, when the client has gone or was answered to the end; at once if it was before. */
    void whenOver(Runnable then);

    /** Closes it below all handlers, which may hold what is stuck; the system, too, forgets what nobody takes. */
    static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(channel.voidPromise());
    }

    static Wire of(RoutingContext context) {
        HttpServerRequest request = context.request();
        return request.version() == HttpVersion.HTTP_1_1
                ? BareWire.of(context).map(Wire.class::cast).orElseGet(() -> new ResponseWire(context))
                : new ResponseWire(context);
    }
}
