package stash;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page at {@code /}: each repository, the URL to clone it from, and its last commit. */
final class ListPage extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger("page");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final transient Repositories repositories;

    ListPage(Repositories repositories) {
        this.repositories = repositories;
    }

    /** The health check's question: can the folder be read? It opens no repository. */
    @Override
    protected void doHead(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        repositories.names();
        describe(response);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        describe(response);
        PrintWriter page = response.getWriter();
        page.println("<!DOCTYPE html>");
        page.println("<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Stash</title></head>");
        page.println("<body><h1>Repositories</h1>");
        page.println("<p>The first push makes a repository; a push needs the login.</p>");
        page.println("<table><tr><th>Name</th><th>Clone</th><th>Last commit</th></tr>");
        for (String name : repositories.names()) {
            String url = request.getRequestURL() + name + ".git";
            page.printf("<tr><td>%s</td><td><code>%s</code></td><td>%s</td></tr>%n",
                    escaped(name), escaped(url), escaped(lastCommit(name)));
        }
        page.println("</table></body></html>");
    }

    private static void describe(HttpServletResponse response) {
        response.setContentType("text/html");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Content-Security-Policy", "default-src 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private String lastCommit(String name) {
        try (Repository repository = repositories.open(name);
                RevWalk walk = new RevWalk(repository)) {
            ObjectId head = repository.resolve(Constants.HEAD);
            if (head == null) {
                return "none yet";
            }
            RevCommit commit = walk.parseCommit(head);
            return String.format("%s %s, %s, %s", head.abbreviate(8).name(),
                    commit.getShortMessage(), commit.getAuthorIdent().getName(),
                    TIME.format(commit.getCommitterIdent().getWhen().toInstant()));
        } catch (IOException | RuntimeException error) {
            // one broken repository, or a commit without an author, is not to hide the others
            LOG.error("{}: {}", name, error.toString());
            return "can't be read";
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;").replace("'", "&#39;");
    }
}
