package dev.aideator.gateway.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.impl.ContextInternal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one event loop has for others to do, given to each at once when its turn ends: to wake another thread for every
 * message costs more than what it does with one. Tasks of one context keep their order. Belongs to the loop of the context
 * that it is made with.
 */
final class Handover {

    private final ContextInternal context;
    private Map<EventLoop, List<Runnable>> tasks = new HashMap<>();

    Handover(ContextInternal context) {
        this.context = context;
    }

    /** {@code task} runs on {@code other}, where what it throws is reported. */
    void give(ContextInternal other, Runnable task) {
        if (tasks.isEmpty()) {
            context.runOnContext(v -> handOver());
        }
        tasks.computeIfAbsent(other.nettyEventLoop(), loop -> new ArrayList<>()).add(() -> other.dispatch(task));
    }

    private void handOver() {
        Map<EventLoop, List<Runnable>> due = tasks;
        tasks = new HashMap<>();
        List<Runnable> own = due.remove(context.nettyEventLoop());
        due.forEach((loop, all) -> loop.execute(() -> all.forEach(Runnable::run)));
        // While the others do theirs.
        if (own != null) {
            own.forEach(Runnable::run);
        }
    }
}
