package dev.aideator.orchestrator.job;

/** Moments at which a crash must do no harm; the tests make one at each. */
public enum Failpoint {
    /** The row says that an attempt should be; nothing of it is in the cluster. */
    CLAIMED,
    /** Its Secret is there, its Job is not. */
    SECRET_MADE,
    /** Its Job is there; the row does not know. */
    JOB_MADE,
    /** The row knows the Job. */
    JOB_RECORDED,
    /** It has ended; its stream is not sealed. */
    FINISHED,
    /** Its stream is sealed; the archive lacks its tail, and the row its outcome. */
    SEALED,
    /** The archive is complete; the row lacks the outcome. */
    ARCHIVED,
    /** All is told; its Job is still there. */
    ENDED
}
