package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.kubernetes.ApiAnswer;
import dev.aideator.gateway.kubernetes.KubernetesConfig;
import dev.aideator.gateway.source.Backoff;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jboss.logging.Logger;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One attempt's pod log. It is followed on one connection, which is made again whenever it breaks, stalls or ends before
 * the agent did; each time the log is told from its start, and what was taken already is skipped by its id. What was
 * taken and not yet read is bounded: a pod that is faster than its reader waits. Confined to one event loop.
 */
final class PodLog implements Logs.Log {

    private static final Logger LOG = Logger.getLogger(PodLog.class);
    private static final long LONGEST_BACKOFF_MILLIS = 5_000;

    private final Vertx vertx;
    private final PodLogs pods;
    private final KubernetesConfig config;
    private final LoggedAttempt attempt;
    private final Runnable news;
    private final Backoff backoff = new Backoff(LONGEST_BACKOFF_MILLIS);
    private final UnreadLines unread;

    /** Null while there is no connection. */
    private Follow follow;

    /** Why nobody can tell what is in the log; null while somebody can. */
    private Throwable trouble;

    /** Whether all that the log had when it was opened seems to have come, or there is no log. */
    private boolean settled;

    /** A read that waits for that, or for an event. */
    private Promise<List<StreamEntry.EventEntry>> waiting;

    private int waitingLimit;
    private boolean begun;
    private boolean closed;
    private long retry = -1;
    private final long stallChecks;

    PodLog(Vertx vertx, PodLogs pods, KubernetesConfig config, LoggedAttempt attempt, Runnable news) {
        this.vertx = vertx;
        this.pods = pods;
        this.config = config;
        this.attempt = attempt;
        this.news = news;
        this.unread = new UnreadLines(attempt);
        this.stallChecks = vertx.setPeriodic(config.stall().toMillis(), timer -> lookForAStall());
    }

    @Override
    public Future<List<StreamEntry.EventEntry>> read(EntryId after, int limit) {
        if (unread.isPast(after)) {
            startOver();
        }
        unread.pass(after);
        if (follow != null && unread.hasRoomAgain()) {
            follow.goOn();
        }
        if (!begun) {
            begun = true;
            seek();
        }
        if (!unread.isEmpty()) {
            return Future.succeededFuture(first(limit));
        }
        if (trouble != null) {
            return Future.failedFuture(trouble);
        }
        if (settled) {
            return Future.succeededFuture(List.of());
        }
        waiting = Promise.promise();
        waitingLimit = limit;
        return waiting.future();
    }

    private List<StreamEntry.EventEntry> first(int limit) {
        if (follow != null && follow.paused) {
            // Nothing more comes that would call for the next read.
            vertx.runOnContext(v -> news.run());
        }
        return unread.first(limit);
    }

    /** The reader went back. */
    private void startOver() {
        drop();
        cancelRetry();
        unread.startOver();
        settled = false;
        begun = false;
    }

    private void seek() {
        retry = -1;
        pods.find(attempt).onComplete(found -> {
            if (closed || follow != null || retry >= 0) {
                return;
            }
            if (found.failed()) {
                failed(found.cause());
                return;
            }
            found.result().ifPresentOrElse(this::follow, this::nothingThere);
        });
    }

    private void follow(PodLogs.Pod pod) {
        follow = new Follow(pod);
        follow.start();
    }

    /** Not yet or no more: the orchestrator knows which, and the archive has what was there. */
    private void nothingThere() {
        settle();
        seekIn(config.poll().toMillis());
    }

    /** This says nothing about the log. */
    private void failed(Throwable cause) {
        if (trouble == null) {
            LOG.warnf("%s: the pod's log cannot be read, to be tried again: %s", attempt, cause.getMessage());
        }
        trouble = cause;
        settled = false;
        if (waiting != null) {
            take().fail(cause);
        }
        seekIn(backoff.nextMillis());
    }

    private void seekIn(long millis) {
        cancelRetry();
        retry = vertx.setTimer(Math.max(1, millis), timer -> seek());
    }

    private void cancelRetry() {
        if (retry >= 0) {
            vertx.cancelTimer(retry);
            retry = -1;
        }
    }

    private void settle() {
        trouble = null;
        settled = true;
        if (waiting != null) {
            take().complete(first(waitingLimit));
        }
    }

    private Promise<List<StreamEntry.EventEntry>> take() {
        Promise<List<StreamEntry.EventEntry>> answered = waiting;
        waiting = null;
        return answered;
    }

    private void drop() {
        if (follow != null) {
            Follow dropped = follow;
            follow = null;
            dropped.end();
        }
    }

    /** A connection can be dead without having ended: then the log has a line that did not come. */
    private void lookForAStall() {
        Follow asked = follow;
        if (asked == null || asked.paused || asked.heard) {
            if (asked != null) {
                asked.heard = false;
            }
            return;
        }
        pods.lastLine(asked.pod).onComplete(line -> {
            if (follow == asked && !asked.heard && !asked.paused) {
                judge(line);
            }
        });
    }

    private void judge(AsyncResult<String> line) {
        if (line.failed()) {
            drop();
            if (line.cause() instanceof ApiAnswer answer && isNoLog(answer.status())) {
                nothingThere();
            } else {
                failed(line.cause());
            }
            return;
        }
        if (unread.lacks(line.result().strip())) {
            LOG.warnf("%s: the connection to the pod's log stalled and is made again", attempt);
            drop();
            seekIn(1);
        }
    }

    /** The container has not started, or the pod is gone. */
    private static boolean isNoLog(int status) {
        return status == 400 || status == 404;
    }

    @Override
    public void close() {
        closed = true;
        cancelRetry();
        vertx.cancelTimer(stallChecks);
        drop();
        if (waiting != null) {
            take().fail("The log was closed");
        }
    }

    /** One connection; when another has taken its place, nothing that it does counts any more. */
    private final class Follow {
        private final PodLogs.Pod pod;
        private final LineReader line = new LineReader();
        private HttpClientRequest request;
        private HttpClientResponse response;
        private long quiet = -1;
        private boolean paused;
        private boolean heard;

        private Follow(PodLogs.Pod pod) {
            this.pod = pod;
        }

        private boolean isStale() {
            return follow != this;
        }

        private void start() {
            // The answer's head may come only with the first line, so that it is not waited for.
            waitForQuiet();
            pods.follow(pod).onComplete(made -> {
                if (made.failed()) {
                    over(made.cause());
                    return;
                }
                request = made.result();
                if (isStale()) {
                    request.reset();
                    return;
                }
                request.send().onComplete(this::answered);
            });
        }

        private void answered(AsyncResult<HttpClientResponse> answer) {
            if (answer.failed()) {
                over(answer.cause());
                return;
            }
            response = answer.result().exceptionHandler(this::over);
            if (isStale()) {
                request.reset();
            } else if (response.statusCode() == 200) {
                trouble = null;
                response.handler(this::take).endHandler(end -> ended());
            } else if (isNoLog(response.statusCode())) {
                drop();
                nothingThere();
            } else {
                over(new IllegalStateException("the API server answered " + response.statusCode()));
            }
        }

        private void take(Buffer chunk) {
            if (isStale()) {
                return;
            }
            heard = true;
            boolean hasNews = false;
            ByteBuffer bytes = ByteBuffer.wrap(chunk.getBytes());
            while (line.readOn(bytes)) {
                hasNews |= endLine();
            }
            if (unread.isFull() && !paused) {
                paused = true;
                response.pause();
            }
            if (!settled) {
                waitForQuiet();
            }
            if (hasNews) {
                backoff.reset();
                tell();
            }
        }

        /** Whether the line is an event that had not come. */
        private boolean endLine() {
            if (line.isTooLong()) {
                LOG.warnf("%s: a line of %d bytes is no event", attempt, line.length());
                return false;
            }
            return unread.take(line.text());
        }

        private void tell() {
            if (waiting != null) {
                PodLog.this.take().complete(first(waitingLimit));
            } else {
                news.run();
            }
        }

        private void goOn() {
            if (paused) {
                paused = false;
                response.resume();
                if (!settled) {
                    waitForQuiet();
                }
            }
        }

        private void waitForQuiet() {
            vertx.cancelTimer(quiet);
            quiet = vertx.setTimer(config.settle().toMillis(), timer -> {
                if (!isStale() && !paused) {
                    settle();
                }
            });
        }

        /** The agent's end, or only that of an API server or a kubelet: which is known from how the pod was before. */
        private void ended() {
            if (isStale()) {
                return;
            }
            if (pod.ended() && line.isWithin()) {
                endLine();
            }
            follow = null;
            vertx.cancelTimer(quiet);
            if (pod.ended()) {
                LOG.debugf("%s: the log is complete", attempt);
                settle();
                news.run();
            } else {
                // The pod's state lags behind its log.
                seekIn(config.poll().toMillis() + backoff.nextMillis());
            }
        }

        private void over(Throwable cause) {
            if (!isStale()) {
                drop();
                failed(cause);
            }
        }

        private void end() {
            vertx.cancelTimer(quiet);
            if (request != null) {
                request.reset();
            }
        }
    }
}
