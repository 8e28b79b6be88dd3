package dev.aideator.gateway.hub;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.gateway.source.Feed;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.Source;
import dev.aideator.gateway.source.StoredEvent;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One watched run: its events as frames, and the viewers who read them. All of it belongs to one event loop; only the
 * methods that say so may be called from elsewhere.
 */
public final class Hub implements Feed.Sink, Source.Listener {

    private static final Logger LOG = Logger.getLogger(Hub.class);

    private final Vertx vertx;
    private final Context context;
    private final HubKey key;
    private final RunArchive archive;
    private final Function<RunFacts, Source> sources;
    private final HubConfig config;
    private final Clock clock;
    private final HubMeters meters;
    private final Windows windows;
    private final Consumer<Hub> whenClosed;

    private final FrameLog log;
    private final TreeMap<Producer, EntryId> position = new TreeMap<>();
    private final Set<Viewer> viewers = new LinkedHashSet<>();
    private Future<Void> opened;
    private RunFacts facts;
    private boolean factsAreFresh;
    private Feed feed;
    private Source.Watch watch;
    private long checks = -1;
    private long linger = -1;
    private volatile Lag lag = Lag.NONE;
    private boolean flushing;
    private boolean closed;

    /** The run_complete that nothing followed yet; null while there is none. */
    private Completion completion;

    private record Completion(long index, StoredEvent event) {}

    /** What viewers who come are told of the source; null while it is the one that they asked for. */
    private Payload.SourceChanged elsewhere;

    Hub(
            Vertx vertx,
            Context context,
            HubKey key,
            RunArchive archive,
            Function<RunFacts, Source> sources,
            HubConfig config,
            Clock clock,
            HubMeters meters,
            Windows windows,
            Consumer<Hub> whenClosed) {
        this.vertx = vertx;
        this.context = context;
        this.key = key;
        this.archive = archive;
        this.sources = sources;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
        this.windows = windows;
        this.whenClosed = whenClosed;
        this.log = new FrameLog(windows);
    }

    /**
     * Serves a viewer from {@code from} on; from any thread. Fails when the run is unknown, or nobody can say. Nothing
     * was written to the connection unless the answer is that the viewer is attached.
     */
    public Future<Attachment> attach(Position from, ViewerConnection connection, Buffer preamble) {
        Promise<Attachment> attachment = Promise.promise();
        context.runOnContext(v -> open().compose(open -> isFinished(from))
                .map(finished -> {
                    if (closed) {
                        return new Attachment.Closed();
                    }
                    return finished ? new Attachment.Finished() : admit(from, connection, preamble);
                })
                .onComplete(attachment));
        return attachment.future();
    }

    /** Closes all viewers' streams, each at a moment of its own within {@code millis}; from any thread. */
    void drain(long millis) {
        context.runOnContext(v -> List.copyOf(viewers)
                .forEach(viewer ->
                        vertx.setTimer(1 + (long) (Math.random() * Math.max(1, millis)), timer -> viewer.close())));
    }

    /** Stops reading; from any thread. */
    void stop() {
        context.runOnContext(v -> close());
    }

    /** Lets go of what nobody needs just now; from any thread. */
    void closeUnlessWatched() {
        context.runOnContext(v -> {
            if (viewers.isEmpty()) {
                close();
            } else {
                windows.watched(this);
            }
        });
    }

    void soon(Runnable task) {
        context.runOnContext(v -> task.run());
    }

    private Future<Void> open() {
        if (opened == null) {
            opened = archive.facts()
                    .onSuccess(this::begin)
                    .onFailure(cause -> close())
                    .mapEmpty();
        }
        return opened;
    }

    private void begin(RunFacts known) {
        facts = known;
        factsAreFresh = true;
        Source source = sources.apply(known);
        feed = feed(source, Position.START, this);
        watch = source.watch(this);
        long every = config.check().toMillis();
        // Many runs that are opened together are not looked at together.
        checks = vertx.setPeriodic(ThreadLocalRandom.current().nextLong(1, every + 1), every, timer -> {
            lag = Lag.of(viewers);
            log.trim();
            viewers.forEach(Viewer::look);
            feed.look();
            // One who reads forward alone hears of no news.
            flushSoon();
        });
        lingerUnlessWatched();
    }

    private Feed feed(Source source, Position from, Feed.Sink sink) {
        return new Feed(vertx, source, archive, facts, from, clock, sink);
    }

    CatchUp catchUp(Position from, int room, Ids ids, Runnable news) {
        meters.readForward();
        return new CatchUp(from, room, ids, sink -> feed(sources.apply(facts), from, sink), news);
    }

    /** Asks the orchestrator each time before a viewer is told that nothing will follow. */
    private Future<Boolean> isFinished(Position at) {
        boolean fresh = factsAreFresh;
        factsAreFresh = false;
        if (fresh) {
            return Future.succeededFuture(facts.nothingLacksAt(at));
        }
        boolean maybe = facts.nothingLacksAt(at)
                // A viewer that is let in now gets the run_complete: it must still be the last word.
                || completion != null
                // It comes from a gateway that is ahead of this one: who knows what it saw there.
                || at.of(Producer.RUN).isAfter(position.getOrDefault(Producer.RUN, EntryId.START));
        if (!maybe) {
            return Future.succeededFuture(false);
        }
        Completion believed = completion;
        return archive.facts().map(now -> {
            // The next run_complete may have come meanwhile: the answer is not about that one.
            if (!closed && believed != null && believed == completion && isHistory(believed, now)) {
                reopen();
                feed.newsEverywhere();
            }
            return now.nothingLacksAt(at);
        });
    }

    /** A retry may also have ended by now: then the run has ended, and this is still not its last word. */
    private static boolean isHistory(Completion believed, RunFacts now) {
        return !now.ended() || now.supersedes(believed.event().id());
    }

    private Attachment admit(Position from, ViewerConnection connection, Buffer preamble) {
        Viewer viewer = new Viewer(this, log, connection, Math.max(1, config.write() / connection.sharedBy()));
        viewers.add(viewer);
        meters.viewerCame();
        if (linger >= 0) {
            vertx.cancelTimer(linger);
            linger = -1;
            windows.watched(this);
        }
        try {
            viewer.start(from, elsewhere == null ? preamble : preamble.copy().appendBuffer(ownFrame(elsewhere)));
        } catch (RuntimeException e) {
            viewer.gone();
            throw e;
        }
        feed.pump();
        return new Attachment.Attached(viewer);
    }

    /** How far its viewers were behind when it last looked; from any thread. */
    Lag lag() {
        return lag;
    }

    void wrote(int length) {
        meters.wrote(length);
    }

    void left(Viewer viewer) {
        if (viewers.remove(viewer)) {
            meters.viewerLeft();
            lingerUnlessWatched();
        }
    }

    private void lingerUnlessWatched() {
        if (viewers.isEmpty() && linger < 0) {
            linger = vertx.setTimer(config.linger().toMillis(), timer -> close());
            windows.unwatched(this);
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            if (feed != null) {
                feed.close();
                watch.close();
                vertx.cancelTimer(checks);
            }
            setElsewhere(null);
            log.close();
            windows.closed(this);
            whenClosed.accept(this);
        }
    }

    boolean isLoaded() {
        return feed.isLoaded();
    }

    /** Whether the run is over as far as anybody knows: who has all that the log has is done. */
    boolean isComplete() {
        return completion != null;
    }

    void hasRoom() {
        if (!feed.isLoaded()) {
            feed.pump();
        }
    }

    @Override
    public boolean wantsMore() {
        return log.bytes() < windows.room() / 2 || viewers.stream().anyMatch(Viewer::wantsMore);
    }

    @Override
    public void take(StoredEvent event) {
        if (event.producer().isRun()) {
            reopen();
        }
        position.put(event.producer(), event.id());
        log.append(Frame.of(event, Position.text(position)));
        meters.event();
        if (event.isGap()) {
            meters.gap();
        }
        if (event.isRunComplete()) {
            completion = new Completion(log.end() - 1, event);
        }
        flushSoon();
    }

    /** The run went on: the run_complete in the log is history for those who have not read it. */
    private void reopen() {
        if (completion != null) {
            if (completion.index() >= log.first()) {
                String position = log.get(completion.index()).position().toString();
                log.replace(completion.index(), Frame.of(completion.event().asStatus(), position));
            }
            completion = null;
        }
    }

    @Override
    public void loaded() {
        LOG.debugf("run=%s backend=%s: loaded", key.runId(), key.backend());
        flushSoon();
    }

    @Override
    public void news(Producer producer) {
        feed.news(producer);
    }

    @Override
    public void newsEverywhere() {
        feed.newsEverywhere();
    }

    @Override
    public void message(RunKeys.Channel channel, String text) {
        if (closed) {
            // It was on its way when we stopped to watch.
            return;
        }
        switch (ChannelMessage.read(channel, text, clock.instant())) {
            case ChannelMessage.Placed placed -> {
                if (feed.offer(placed.event()) == Feed.Offer.OUT_OF_TURN) {
                    meters.repair();
                }
            }
            case ChannelMessage.AdHoc adHoc -> {
                log.append(Frame.unplaced(adHoc.type(), adHoc.json()));
                meters.adHoc();
                flushSoon();
            }
            case ChannelMessage.Fenced fenced -> meters.fenced();
            case ChannelMessage.Refused refused -> meters.refused(refused.reason());
        }
    }

    @Override
    public void sourceChanged(Payload.SourceChanged change) {
        if (closed) {
            return;
        }
        setElsewhere(change.source().equals(key.backend().sourceName()) ? null : change);
        log.append(unplaced(change));
        meters.sourceChanged(change.source());
        flushSoon();
    }

    private void setElsewhere(Payload.SourceChanged change) {
        meters.elsewhere((change == null ? 0 : 1) - (elsewhere == null ? 0 : 1));
        elsewhere = change;
    }

    /** One write per viewer and turn of the event loop, however many events came in it. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            context.runOnContext(v -> {
                flushing = false;
                List.copyOf(viewers).forEach(Viewer::flush);
            });
        }
    }

    Buffer caughtUp() {
        return ownFrame(new Payload.CaughtUp());
    }

    Buffer heartbeat() {
        return ownFrame(new Payload.Heartbeat());
    }

    private Buffer ownFrame(Payload payload) {
        return Buffer.buffer(unplaced(payload).bytes());
    }

    private Frame unplaced(Payload payload) {
        Event event = new Event(key.runId(), Producer.RUN, null, clock.instant(), payload);
        return Frame.unplaced(payload.type(), EventJson.encode(event));
    }
}
