package dev.aideator.agent.checkout;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResourceBundle;

/** The sentences of JGit's HTTP client, which fills the fields of a class of its own from a bundle by reflection. */
@RegisterForReflection(classNames = "org.eclipse.jgit.transport.http.apache.internal.HttpApacheText")
@RegisterResourceBundle(bundleName = "org.eclipse.jgit.transport.http.apache.internal.HttpApacheText")
final class GitMessages {

    private GitMessages() {}
}
