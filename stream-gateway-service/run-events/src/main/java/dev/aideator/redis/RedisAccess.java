package dev.aideator.redis;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where Redis is and how it is spoken to. Orchestrator, gateway and agent runner make it from the same variables:
 *
 * <dl>
 *   <dt>REDIS_URL</dt>
 *   <dd>{@code redis://[user[:password]@]host[:port][/database]}, or {@code rediss://} for TLS. For Sentinel and Cluster
 *       several, separated by commas: the Sentinels (their port is 26379 if nothing is said), or some nodes. Special
 *       characters are percent-encoded. {@code redis://127.0.0.1:6379} if not set.</dd>
 *   <dt>REDIS_MODE</dt>
 *   <dd>{@code standalone}, the default, {@code sentinel} or {@code cluster}.</dd>
 *   <dt>REDIS_MASTER</dt>
 *   <dd>What the Sentinels call the master; for {@code sentinel}, and needed there.</dd>
 *   <dt>REDIS_USERNAME, REDIS_PASSWORD</dt>
 *   <dd>Win over those in REDIS_URL. A password without a name is the default user's. Sentinels are given the same ones;
 *       one that has no password takes the default user's.</dd>
 *   <dt>REDIS_TLS_CA</dt>
 *   <dd>For {@code rediss://}: the authorities to trust, a PEM file's path or the PEM text itself; the JVM's if not
 *       set.</dd>
 *   <dt>REDIS_TLS_VERIFY_HOST</dt>
 *   <dd>Whether a certificate must be for the host that was asked for: {@code true}, the default, or {@code false}, for
 *       Sentinels and Clusters that tell addresses which are not in their certificates.</dd>
 * </dl>
 *
 * <p>Immutable; no text of it has a password.
 */
public final class RedisAccess {

    public static final String URL = "REDIS_URL";
    public static final String PASSWORD = "REDIS_PASSWORD";
    public static final String TLS_CA = "REDIS_TLS_CA";

    /** The variables that hold no secret and mean the same on every machine. */
    public static final List<String> PLAIN =
            List.of("REDIS_MODE", "REDIS_MASTER", "REDIS_USERNAME", "REDIS_TLS_VERIFY_HOST");

    private static final String DEFAULT_URL = "redis://127.0.0.1:6379";

    /** A lost SYN is sent again after 1 s; whoever waits for Redis waits 2 s, and there may be other nodes to try. */
    private static final Duration CONNECT_PATIENCE = Duration.ofMillis(1500);

    /**
     * A connection whose other side vanished never ends, and whoever waits on it keeps its place in the pool: without
     * this, one black hole takes them all for good. Above what anybody waits for an answer.
     */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    enum Mode {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    private final Mode mode;
    private final List<Address> addresses;
    private final Credentials credentials;
    private final Optional<String> master;
    private final Optional<Trust> trust;

    private RedisAccess(
            Mode mode,
            List<Address> addresses,
            Credentials credentials,
            Optional<String> master,
            Optional<Trust> trust) {
        this.mode = mode;
        this.addresses = addresses;
        this.credentials = credentials;
        this.master = master;
        this.trust = trust;
    }

    /** {@code variables}: their values by name; one that is blank is not set. Throws {@link BadRedisSetting}. */
    public static RedisAccess from(Function<String, Optional<String>> variables) {
        Function<String, Optional<String>> settings =
                name -> variables.apply(name).map(String::strip).filter(value -> !value.isEmpty());
        Mode mode = settings.apply("REDIS_MODE").map(RedisAccess::mode).orElse(Mode.STANDALONE);
        List<Address> addresses = Address.list(settings.apply(URL).orElse(DEFAULT_URL), mode);
        requireConsistency(mode, addresses);
        Credentials credentials = new Credentials(
                settings.apply("REDIS_USERNAME").or(() -> first(addresses, Address::user)),
                settings.apply(PASSWORD).or(() -> first(addresses, Address::password)));
        if (mode != Mode.STANDALONE) {
            credentials.requirePlainName();
        }
        return new RedisAccess(
                mode,
                addresses,
                credentials,
                master(mode, settings.apply("REDIS_MASTER")),
                trust(addresses.getFirst().tls(), settings));
    }

    /** The same of variables that are all there. */
    public static RedisAccess from(Map<String, String> variables) {
        return from(name -> Optional.ofNullable(variables.get(name)));
    }

    private static Mode mode(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "standalone" -> Mode.STANDALONE;
            case "sentinel" -> Mode.SENTINEL;
            case "cluster" -> Mode.CLUSTER;
            case String other ->
                throw new BadRedisSetting("REDIS_MODE is standalone, sentinel or cluster, not \"" + other + "\".");
        };
    }

    private static void requireConsistency(Mode mode, List<Address> addresses) {
        if (addresses.isEmpty()) {
            throw new BadRedisSetting("REDIS_URL has no address in it: it looks like " + Address.FORM + ".");
        }
        if (addresses.stream().map(Address::tls).distinct().count() > 1) {
            throw new BadRedisSetting("REDIS_URL mixes redis:// and rediss://: all addresses have TLS or none.");
        }
        if (mode == Mode.CLUSTER && addresses.stream().anyMatch(address -> address.database() != 0)) {
            throw new BadRedisSetting("REDIS_URL names a database, and a Cluster has none but 0: leave it out.");
        }
    }

    private static Optional<String> master(Mode mode, Optional<String> name) {
        if (mode == Mode.SENTINEL && name.isEmpty()) {
            throw new BadRedisSetting(
                    "REDIS_MASTER is not set: say what the Sentinels call the master, such as mymaster.");
        }
        if (mode != Mode.SENTINEL && name.isPresent()) {
            throw new BadRedisSetting("REDIS_MASTER is for Sentinel: set REDIS_MODE to sentinel, or take it away.");
        }
        return name;
    }

    private static Optional<Trust> trust(boolean tls, Function<String, Optional<String>> settings) {
        Optional<String> authorities = settings.apply(TLS_CA);
        boolean verifiesHost = settings.apply("REDIS_TLS_VERIFY_HOST")
                .map(RedisAccess::trueOrFalse)
                .orElse(true);
        if (!tls && authorities.isPresent()) {
            throw new BadRedisSetting("REDIS_TLS_CA is set, and REDIS_URL has redis://, which nothing encrypts: write"
                    + " rediss://, or take REDIS_TLS_CA away.");
        }
        return tls ? Optional.of(new Trust(authorities.map(Trust::pem), verifiesHost)) : Optional.empty();
    }

    private static boolean trueOrFalse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case String other ->
                throw new BadRedisSetting("REDIS_TLS_VERIFY_HOST is true or false, not \"" + other + "\".");
        };
    }

    private static Optional<String> first(List<Address> addresses, Function<Address, Optional<String>> part) {
        return addresses.stream().map(part).flatMap(Optional::stream).findFirst();
    }

    /** For commands. Made anew by each call: pools are the caller's to size, and are per node. */
    public RedisOptions options() {
        RedisOptions options = common();
        return switch (mode) {
            case STANDALONE -> options.setEndpoints(endpoints(database()));
            case SENTINEL ->
                options.setType(RedisClientType.SENTINEL)
                        .setRole(RedisRole.MASTER)
                        .setMasterName(master.orElseThrow())
                        .setEndpoints(endpoints(database()));
            // The slash gives questions for the slots connections of their own: those for commands may all be waiting
            // for the answer.
            case CLUSTER -> options.setType(RedisClientType.CLUSTER).setEndpoints(endpoints("/"));
        };
    }

    /**
     * For SUBSCRIBE, on the {@code attempt}th connection in a row. A Cluster tells every node of what is published, and
     * Vert.x would subscribe to each channel at another one: there this is one node as if it were alone, another one
     * each time.
     */
    public RedisOptions subscriberOptions(int attempt) {
        if (mode != Mode.CLUSTER) {
            return options();
        }
        List<String> nodes = endpoints("");
        return common().setEndpoints(List.of(nodes.get(Math.floorMod(attempt, nodes.size()))));
    }

    /** A client with {@link #options} that were sized. Its failures show no password. */
    public Redis client(Vertx vertx, RedisOptions options) {
        Redis client = Redis.createClient(vertx, options);
        return mode == Mode.CLUSTER && credentials.user().isPresent() ? new DiscreetRedis(client, credentials) : client;
    }

    /** What REDIS_TLS_CA stands for, in PEM, for programs on other machines. */
    public Optional<String> authorities() {
        return trust.flatMap(Trust::authorities);
    }

    private RedisOptions common() {
        RedisOptions options = new RedisOptions();
        if (credentials.user().isEmpty()) {
            credentials.password().ifPresent(options::setPassword);
        }
        NetClientOptions net = options.getNetClientOptions()
                .setConnectTimeout((int) CONNECT_PATIENCE.toMillis())
                .setReadIdleTimeout((int) LONGEST_SILENCE.toSeconds());
        trust.ifPresent(it -> it.applyTo(net));
        return options;
    }

    private List<String> endpoints(String path) {
        String scheme = trust.isPresent() ? "rediss://" : "redis://";
        return addresses.stream()
                .map(address -> scheme + credentials.userInfo() + address + path)
                .toList();
    }

    /** As an address ends with it; nothing for the first one, which needs no SELECT. */
    private String database() {
        int number = addresses.stream().mapToInt(Address::database).max().orElseThrow();
        return number == 0 ? "" : "/" + number;
    }

    /** Such as {@code sentinel mymaster at a:26379, b:26379 (TLS, with a password)}. */
    @Override
    public String toString() {
        return mode.name().toLowerCase(Locale.ROOT)
                + master.map(name -> " " + name).orElse("")
                + addresses.stream().map(Address::toString).collect(Collectors.joining(", ", " at ", " ("))
                + (trust.isPresent() ? "TLS, " : "")
                + credentials
                + ")";
    }
}
