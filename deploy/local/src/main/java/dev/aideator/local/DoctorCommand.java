package dev.aideator.local;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says what works and, for what does not, the next step. */
@Command(name = "doctor")
final class DoctorCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
        AtomicBoolean ill = new AtomicBoolean();
        new Doctor(Main.settings(), finding -> {
                    System.out.println(finding);
                    ill.compareAndSet(false, finding.mark() == Finding.Mark.BAD);
                })
                .examine();
        return ill.get() ? 1 : 0;
    }
}
