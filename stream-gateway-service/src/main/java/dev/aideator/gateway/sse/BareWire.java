package dev.aideator.gateway.sse;

import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * An HTTP/1.1 connection that is a viewer's alone once its stream begins: taken from Vert.x with all that the request
 * left behind, so that one that waits is a channel, one handler and a cursor, and a write is a copy and a system call. It
 * carries nothing after its stream.
 */
final class BareWire extends ChannelInboundHandlerAdapter implements Wire {

    private static final Logger LOG = Logger.getLogger(BareWire.class);

    /** As Vert.x calls the first handler that knows of HTTP, and the last. What is before it, such as TLS, stays. */
    private static final String FIRST_OF_HTTP = "httpDecoder";

    private static final String LAST_OF_HTTP = "handler";

    private static final ByteBuf END_OF_CHUNKS =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("0\r\n\r\n", StandardCharsets.US_ASCII));
    private static final int LONGEST_CHUNK_FRAME = 12;
    private static final byte[] NOTHING = {};

    /**
     * Bytes that the system takes and has not sent yet: else it takes megabytes for one who does not read, and tells of
     * none that is read until a third of them is.
     */
    private static final long UNSENT = 131_072;

    private final Channel channel;

    /** Null once the connection is taken. */
    private RoutingContext request;

    /** Vert.x itself tells of no end when another request, of which it could make nothing, came behind this one. */
    private final ChannelFutureListener closed = closing -> isOver();

    private Runnable over = () -> {};
    private boolean ended;

    private BareWire(Channel channel, RoutingContext request) {
        this.channel = channel;
        this.request = request;
        channel.closeFuture().addListener(closed);
    }

    private void isOver() {
        over.run();
    }

    /** Empty where the connection is not made as Vert.x makes those of HTTP/1.1. */
    static Optional<BareWire> of(RoutingContext request) {
        return request.request().connection() instanceof ConnectionBase connection
                        && connection.channel().pipeline().get(FIRST_OF_HTTP) != null
                        && connection.channel().pipeline().get(LAST_OF_HTTP) instanceof VertxHandler
                ? Optional.of(new BareWire(connection.channel(), request))
                : Optional.empty();
    }

    @Override
    public Executor loop() {
        EventLoop loop = channel.eventLoop();
        return loop.inEventLoop() ? Runnable::run : loop;
    }

    @Override
    public void write(Buffer bytes, Receipt receipt) {
        if (ended || !channel.isActive()) {
            receipt.gone();
            return;
        }
        byte[] head = NOTHING;
        if (request != null) {
            head = head(request.response()).getBytes(StandardCharsets.ISO_8859_1);
            takeOver();
        }
        ByteBuf out = channel.alloc().directBuffer(head.length + bytes.length() + LONGEST_CHUNK_FRAME);
        out.writeBytes(head);
        ByteBufUtil.writeAscii(out, Integer.toHexString(bytes.length()));
        out.writeShort('\r' << 8 | '\n').writeBytes(bytes.getByteBuf()).writeShort('\r' << 8 | '\n');
        ChannelFuture written = channel.writeAndFlush(out);
        if (written.isDone()) {
            tell(receipt, written);
        } else {
            written.addListener(done -> tell(receipt, written));
        }
    }

    private static void tell(Receipt receipt, ChannelFuture written) {
        if (written.isSuccess()) {
            receipt.left();
        } else {
            receipt.gone();
        }
    }

    private static String head(HttpServerResponse response) {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        StreamHead.fill(response)
                .putHeader("Transfer-Encoding", "chunked")
                .putHeader("Connection", "close")
                .headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private void takeOver() {
        request = null;
        ChannelPipeline pipeline = channel.pipeline();
        List<String> names = pipeline.names();
        ChannelHandlerContext vertx = pipeline.context(LAST_OF_HTTP);
        pipeline.addLast(this);
        // From the last to the first: what the decoder has not decoded yet goes to whoever is behind it, to be
        // released.
        for (String name :
                names.subList(names.indexOf(FIRST_OF_HTTP), names.size()).reversed()) {
            ChannelHandler handler = pipeline.get(name);
            // The pipeline's own end has a name, too.
            if (handler != null) {
                pipeline.remove(handler);
            }
        }
        try {
            // For whoever counts requests this one has ended.
            ((VertxHandler<?>) vertx.handler()).channelInactive(vertx);
        } catch (RuntimeException e) {
            // Vert.x cannot end a request that came behind this one and has no response yet. Nobody answers it anyway.
            LOG.debugf(e, "A connection was taken with another request behind it");
        }
        if (channel instanceof EpollSocketChannel epoll) {
            epoll.config().setTcpNotSentLowAt(UNSENT);
        }
        channel.config().setAutoRead(true);
    }

    @Override
    public Future<Void> end() {
        if (request != null) {
            return request.response().ended() || request.response().closed()
                    ? Future.succeededFuture()
                    : request.response().end();
        }
        if (ended || !channel.isActive()) {
            return Future.succeededFuture();
        }
        ended = true;
        Promise<Void> gone = Promise.promise();
        channel.writeAndFlush(END_OF_CHUNKS.duplicate())
                .addListener(written -> channel.close().addListener(closed -> gone.tryComplete()));
        return gone.future();
    }

    @Override
    public long waiting() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }

    @Override
    public void cut() {
        Wire.reset(channel);
    }

    @Override
    public void whenOver(Runnable then) {
        Runnable before = over;
        over = () -> {
            before.run();
            then.run();
        };
        if (request != null) {
            RoutingContext mine = request;
            mine.addEndHandler(end -> {
                // Vert.x also says so when the connection is taken.
                if (request != null) {
                    // The connection may carry another request.
                    channel.closeFuture().removeListener(closed);
                    then.run();
                }
            });
        }
        if (!channel.isActive()) {
            then.run();
        }
    }

    /** A viewer has nothing to say after its request. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Such as a connection that was reset; whoever writes is told, too.
        context.close();
    }
}
