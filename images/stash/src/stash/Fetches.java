package stash;

import java.io.IOException;
import java.util.List;
import javax.servlet.http.HttpServletRequest;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.http.server.resolver.DefaultUploadPackFactory;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPack.ReachableCommitRequestValidator;
import org.eclipse.jgit.transport.resolver.ServiceNotAuthorizedException;
import org.eclipse.jgit.transport.resolver.ServiceNotEnabledException;

/**
 * How clones and fetches are answered: within bounds, since nobody needs a login for them.
 *
 * <p>JGit walks the history once for each commit that is wanted, until it meets one that the client
 * has.
 */
final class Fetches extends DefaultUploadPackFactory {
    /** Commits that no ref has any more: a ref may move between a client's two requests. */
    private static final int UNADVERTISED = 16;

    @Override
    public UploadPack create(HttpServletRequest request, Repository repository)
            throws ServiceNotEnabledException, ServiceNotAuthorizedException {
        UploadPack fetch = super.create(request, repository);
        fetch.setRequestValidator(Fetches::checkWants);
        return fetch;
    }

    /** JGit asks only about the {@code wants} that were not advertised. */
    private static void checkWants(UploadPack fetch, List<ObjectId> wants)
            throws IOException {
        if (wants.size() > UNADVERTISED) {
            throw new PackProtocolException(wants.size() + " wanted commits are at no branch or tag,"
                    + " more than " + UNADVERTISED + "; fetch again");
        }
        new ReachableCommitRequestValidator().checkWants(fetch, wants);
    }
}
