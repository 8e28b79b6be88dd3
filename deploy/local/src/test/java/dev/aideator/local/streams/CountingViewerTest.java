package dev.aideator.local.streams;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class CountingViewerTest {

    private static final long SENT = 1_000_000;
    private static final long NOW = 6_000_000;

    private final Latencies latencies = new Latencies();
    private final CountingViewer viewer = new CountingViewer(latencies);

    @Test
    void counts_events_whatever_is_around_them() {
        take("HTTP/1.1 200 OK\r\n\r\n14f\r\nid: 1\ndata: {\"content\":\"" + stamp(1) + "\"}\n\n");
        take("data: " + stamp(2) + "\n\ndata: " + stamp(3) + "\n\n");

        assertThat(latencies.count()).isEqualTo(3);
        assertThat(viewer.repeated()).isZero();
        assertThat(viewer.garbled()).isZero();
        assertThat(latencies.at(0.5)).isBetween(5_000_000L, 5_200_000L);
    }

    @Test
    void pieces_may_be_cut_anywhere() {
        String text = "data: " + stamp(1) + "\n\nevent: x\ndata: " + stamp(2) + "\n\n";
        for (int cut = 1; cut < text.length(); cut++) {
            Latencies counted = new Latencies();
            CountingViewer cutUp = new CountingViewer(counted);
            cutUp.take(bytes(text.substring(0, cut)), NOW);
            cutUp.take(bytes(text.substring(cut)), NOW);
            assertThat(counted.count()).as("cut at %d", cut).isEqualTo(2);
        }
    }

    @Test
    void tells_repeated_events_from_new_ones() {
        take(stamp(1) + stamp(2) + stamp(2) + stamp(1) + stamp(3));

        assertThat(latencies.count()).isEqualTo(3);
        assertThat(viewer.repeated()).isEqualTo(2);
    }

    @Test
    void what_was_skipped_is_not_counted_even_if_it_comes_late() {
        take(stamp(1) + stamp(4) + stamp(3));

        assertThat(latencies.count()).isEqualTo(2);
    }

    @Test
    void a_stamp_with_something_in_it_is_garbled() {
        take("~0000\r\n1f\r\n0001" + stamp(1));

        assertThat(viewer.garbled()).isEqualTo(1);
        assertThat(latencies.count()).isEqualTo(1);
    }

    private static String stamp(int number) {
        return Stamp.text(number, SENT, 100);
    }

    private void take(String text) {
        viewer.take(bytes(text), NOW);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
