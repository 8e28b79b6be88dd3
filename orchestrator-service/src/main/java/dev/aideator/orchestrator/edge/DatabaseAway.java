package dev.aideator.orchestrator.edge;

import org.hibernate.exception.JDBCConnectionException;

import java.sql.SQLException;
import java.util.Set;

/** Tells a database that can't be reached from one that refuses what it is asked. */
final class DatabaseAway {

    /** Connection exceptions; those of a server that goes or comes, or has no connection left. */
    private static final Set<String> STATES = Set.of("57P01", "57P02", "57P03", "53300");

    private DatabaseAway() {}

    static boolean isCauseOf(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof JDBCConnectionException || (cause instanceof SQLException sql && isAway(sql))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || STATES.contains(state));
    }
}
