package stash;

import java.io.IOException;
import java.util.Collection;
import javax.servlet.http.HttpServletRequest;
import org.eclipse.jgit.http.server.resolver.DefaultReceivePackFactory;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.resolver.ServiceNotAuthorizedException;
import org.eclipse.jgit.transport.resolver.ServiceNotEnabledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How pushes are taken: what came is checked, and the log says who changed which refs. */
final class Pushes extends DefaultReceivePackFactory {
    private static final Logger LOG = LoggerFactory.getLogger("pushes");

    /** JGit's own factory refuses a request without a user. */
    @Override
    public ReceivePack create(HttpServletRequest request, Repository repository)
            throws ServiceNotEnabledException, ServiceNotAuthorizedException {
        ReceivePack push = super.create(request, repository);
        // repositories that were put here by other means too
        push.setCheckReceivedObjects(true);
        push.setPostReceiveHook((done, commands) -> received(done.getRepository(), request, commands));
        return push;
    }

    private static void received(
            Repository repository, HttpServletRequest request, Collection<ReceiveCommand> commands) {
        for (ReceiveCommand command : commands) {
            LOG.info("{} {}: {} {} {} by {}", repository.getDirectory(), command.getRefName(),
                    command.getOldId().name(), command.getNewId().name(), command.getType(),
                    request.getRemoteUser());
        }
        try {
            followFirstBranch(repository, commands);
        } catch (IOException error) {
            LOG.error("{}: HEAD: {}", repository.getDirectory(), error.toString());
        }
    }

    /** A new repository's HEAD says master; a clone is to check out what was pushed first. */
    private static void followFirstBranch(
            Repository repository, Collection<ReceiveCommand> commands) throws IOException {
        if (repository.resolve(Constants.HEAD) != null) {
            return;
        }
        for (ReceiveCommand command : commands) {
            if (command.getRefName().startsWith(Constants.R_HEADS)
                    && command.getType() != ReceiveCommand.Type.DELETE) {
                repository.updateRef(Constants.HEAD).link(command.getRefName());
                return;
            }
        }
    }
}
