package dev.aideator.agent.checkout;

import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;

import java.util.Optional;

/** The token goes to github.com by https and nowhere else, whatever a repository's address or a redirect says. */
final class GitHubCredentials extends CredentialsProvider {

    private final Optional<String> token;

    GitHubCredentials(Optional<String> token) {
        this.token = token;
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        for (CredentialItem item : items) {
            if (!(item instanceof CredentialItem.Username) && !(item instanceof CredentialItem.Password)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
        if (token.isEmpty() || !"https".equals(uri.getScheme()) || !"github.com".equalsIgnoreCase(uri.getHost())) {
            return false;
        }
        for (CredentialItem item : items) {
            switch (item) {
                case CredentialItem.Username name -> name.setValue("x-access-token");
                case CredentialItem.Password password ->
                    password.setValue(token.get().toCharArray());
                default -> {
                    return false;
                }
            }
        }
        return true;
    }
}
