package stash;

import static javax.servlet.http.HttpServletResponse.SC_BAD_REQUEST;
import static javax.servlet.http.HttpServletResponse.SC_NOT_FOUND;
import static javax.servlet.http.HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE;
import static javax.servlet.http.HttpServletResponse.SC_SERVICE_UNAVAILABLE;
import static javax.servlet.http.HttpServletResponse.SC_UNAUTHORIZED;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.http.server.resolver.AsIsFileService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Git's smart HTTP. Whoever reads needs no login, a push does; its first request makes the
 * repository where there is none.
 */
final class Git extends GitServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger("git");
    private static final String REFS = "info/refs";
    private static final String PUSH = "git-receive-pack";
    private static final Pattern PATH =
            Pattern.compile("/(.+)/(" + REFS + "|git-upload-pack|" + PUSH + ")");

    private final transient Repositories repositories;
    private final transient Login login;
    private final transient Visitors visitors = new Visitors();

    Git(Repositories repositories, Login login) {
        this.repositories = repositories;
        this.login = login;
        setRepositoryResolver((request, name) -> repositories.open(name));
        setReceivePackFactory(new Pushes());
        setUploadPackFactory(new Fetches());
        // no file of a repository is handed out as it stands
        setAsIsFileService(AsIsFileService.DISABLED);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Matcher path = PATH.matcher(request.getPathInfo());
        if (!path.matches()) {
            say(response, SC_NOT_FOUND, "nothing here; the list of repositories is at /");
            return;
        }
        String name = path.group(1);
        boolean asksForRefs = path.group(2).equals(REFS);
        boolean pushes = PUSH.equals(asksForRefs ? request.getParameter("service") : path.group(2));
        if (pushes && !login.isGivenBy(request.getHeader("Authorization"))) {
            refuse(request, response);
            return;
        }
        if (pushes && asksForRefs) {
            repositories.make(name);
        }
        // JGit would answer 200 here, and tell of it inside
        if (!repositories.has(name)) {
            say(response, SC_NOT_FOUND, "no such repository; " + Repositories.RULE);
            return;
        }
        if (pushes) {
            super.service(login.on(request), response);
        } else {
            fetch(request, response, asksForRefs);
        }
    }

    /** Whoever reads has no login, so each of them gets so much and no more. */
    private void fetch(HttpServletRequest request, HttpServletResponse response, boolean asksForRefs)
            throws ServletException, IOException {
        String visitor = request.getRemoteAddr();
        if (!visitors.begin(visitor)) {
            say(response, SC_SERVICE_UNAVAILABLE, "too many at once from " + visitor + "; ask again");
            return;
        }
        EndPoint connection = Request.getBaseRequest(request).getHttpChannel().getEndPoint();
        long idle = connection.getIdleTimeout();
        try {
            connection.setIdleTimeout(TimeUnit.SECONDS.toMillis(Body.LONGEST));
            HttpServletRequest bounded = asksForRefs ? request : Body.of(request);
            if (bounded == null) {
                // what is left of it is not read
                response.setHeader("Connection", "close");
                say(response, SC_REQUEST_ENTITY_TOO_LARGE, "a request of more than " + Body.LARGEST
                        + " bytes, or of more than " + Body.LONGEST + " s; clone anew");
                return;
            }
            super.service(bounded, response);
        } catch (ZipException | EOFException error) {
            say(response, SC_BAD_REQUEST, "this body is not gzip: " + error.getMessage());
        } finally {
            // the next request of this connection may be a push, whose client packs in silence
            connection.setIdleTimeout(idle);
            visitors.end(visitor);
        }
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getHeader("Authorization") != null) {
            LOG.warn("wrong login from {}", request.getRemoteAddr());
        }
        response.setHeader("WWW-Authenticate", "Basic realm=\"stash\", charset=\"UTF-8\"");
        say(response, SC_UNAUTHORIZED, "a push needs the login");
    }

    /** git shows its user what comes as plain text. */
    private static void say(HttpServletResponse response, int status, String text)
            throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.getWriter().println("stash: " + text);
    }
}
