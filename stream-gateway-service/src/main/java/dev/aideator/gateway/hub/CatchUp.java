package dev.aideator.gateway.hub;

import dev.aideator.events.Position;
import dev.aideator.gateway.source.Feed;
import dev.aideator.gateway.source.StoredEvent;

import io.vertx.core.buffer.Buffer;

import java.util.function.Function;

/**
 * Reads forward for one viewer who is behind the hub's window, from the sources themselves and with ids of its own,
 * until the window has what comes next. Confined to the hub's event loop.
 */
final class CatchUp implements Feed.Sink {

    private final Feed feed;
    private final int room;
    private final Ids ids;
    private final Runnable news;
    private Position position;
    private Buffer pending = Buffer.buffer();

    /** {@code news} is called when there is something to write; not again before it was taken. */
    CatchUp(Position from, int room, Ids ids, Function<Feed.Sink, Feed> feed, Runnable news) {
        this.position = from;
        this.room = room;
        this.ids = ids;
        this.news = news;
        this.feed = feed.apply(this);
    }

    Position position() {
        return position;
    }

    boolean hasPending() {
        return pending.length() > 0;
    }

    Buffer takePending() {
        Buffer taken = pending;
        pending = Buffer.buffer();
        return taken;
    }

    void readOn() {
        if (feed.isLoaded()) {
            feed.newsEverywhere();
        } else {
            feed.pump();
        }
    }

    void close() {
        feed.close();
    }

    @Override
    public boolean wantsMore() {
        return !isFull();
    }

    /** Also once it has read everything: what comes then is no more patient than what was there. */
    @Override
    public boolean isFull() {
        return pending.length() >= room;
    }

    @Override
    public void take(StoredEvent event) {
        if (pending.length() == 0) {
            news.run();
        }
        position = position.with(event.producer(), event.id());
        ids.append(Frame.of(event, position.toString()), pending);
    }

    @Override
    public void loaded() {
        news.run();
    }
}
