package dev.aideator.agent.checkout;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * Git without this machine's: neither reads nor writes anyone's configuration, so that no filter, credential helper or
 * proxy of the user has a part in a clone, and nothing is left in a home folder.
 */
final class IsolatedGit extends SystemReader {

    private final SystemReader machine;

    private IsolatedGit(SystemReader machine) {
        this.machine = machine;
    }

    static synchronized void install() {
        if (!(SystemReader.getInstance() instanceof IsolatedGit)) {
            SystemReader.setInstance(new IsolatedGit(SystemReader.getInstance()));
        }
    }

    @Override
    public String getHostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    public String getenv(String variable) {
        return variable.startsWith("GIT_") || variable.startsWith("XDG_") ? null : machine.getenv(variable);
    }

    @Override
    public String getProperty(String key) {
        return machine.getProperty(key);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new NoFile(parent, fs);
    }

    @Override
    public long getCurrentTime() {
        return machine.getCurrentTime();
    }

    @Override
    public int getTimezone(long when) {
        return machine.getTimezone(when);
    }

    private static final class NoFile extends FileBasedConfig {
        NoFile(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }

        /**
         * File systems are what git takes those for that it has not measured. It would measure for seconds, in the
         * common pool, where agents wait for programs and models: with two processors that has one thread.
         */
        @Override
        @SuppressWarnings("deprecation") // It is the one of its name that git asks.
        public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
            if (!section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)) {
                return super.getTimeUnit(section, subsection, name, otherwise, unit);
            }
            FS.FileStoreAttributes unmeasured = FS.FileStoreAttributes.FALLBACK_FILESTORE_ATTRIBUTES;
            return unit.convert(
                    name.equals(ConfigConstants.CONFIG_KEY_TIMESTAMP_RESOLUTION)
                            ? unmeasured.getFsTimestampResolution()
                            : unmeasured.getMinimalRacyInterval());
        }
    }
}
