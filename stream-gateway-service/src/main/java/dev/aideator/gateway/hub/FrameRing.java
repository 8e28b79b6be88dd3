package dev.aideator.gateway.hub;

/** A queue of frames that can be read by index; indexes count from the first frame that ever was in it. */
final class FrameRing {

    private Frame[] slots = new Frame[64];
    private long first;
    private int size;

    long first() {
        return first;
    }

    int size() {
        return size;
    }

    void add(Frame frame) {
        if (size == slots.length) {
            grow();
        }
        slots[slot(first + size)] = frame;
        size++;
    }

    Frame removeFirst() {
        int slot = slot(first);
        Frame frame = slots[slot];
        slots[slot] = null;
        first++;
        size--;
        return frame;
    }

    Frame get(long index) {
        if (index < first || index >= first + size) {
            throw new IndexOutOfBoundsException("Frame " + index + " is not among " + first + " to " + (first + size));
        }
        return slots[slot(index)];
    }

    void set(long index, Frame frame) {
        get(index);
        slots[slot(index)] = frame;
    }

    private int slot(long index) {
        // The length is a power of two.
        return (int) (index & (slots.length - 1));
    }

    private void grow() {
        Frame[] larger = new Frame[slots.length * 2];
        for (long index = first; index < first + size; index++) {
            larger[(int) (index & (larger.length - 1))] = slots[slot(index)];
        }
        slots = larger;
    }
}
