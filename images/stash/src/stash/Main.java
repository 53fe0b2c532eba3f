package stash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import javax.servlet.DispatcherType;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.servlet.FilterHolder;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * A small git host: a page that lists the repositories, and smart HTTP for git.
 *
 * <p>Environment: STASH_HOME, where the repositories are kept; DOCKWRIGHT_USER and
 * DOCKWRIGHT_PASSWORD, the login that a push needs; NAMES, host names by which it may be asked, beside
 * addresses and private ones.
 */
public final class Main {
    private static final int PORT = 7990;
    /** Milliseconds that a git client may be silent, while it packs what it is to send. */
    private static final long IDLE = 300_000;
    /** Bytes a second that whoever reads an answer has to take, and whoever sends has to send. */
    private static final long SLOWEST = 64;
    /** Milliseconds that requests under way have when the server is told to stop. */
    private static final long GRACE = 5_000;

    public static void main(String[] args) {
        try {
            Login login = new Login(needed("DOCKWRIGHT_USER"), needed("DOCKWRIGHT_PASSWORD"));
            Server server = server(new Repositories(root(needed("STASH_HOME"))), login);
            server.start();
            server.join();
        } catch (Exception error) {
            System.err.println("stash: " + error.getMessage());
            System.exit(1);
        }
    }

    private static Server server(Repositories repositories, Login login) {
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new ListPage(repositories)), "");
        context.addServlet(new ServletHolder(new Git(repositories, login)), "/*");
        FilterHolder names = new FilterHolder(new Names(System.getenv("NAMES")));
        context.addFilter(names, "/*", EnumSet.of(DispatcherType.REQUEST));
        // what went wrong inside is for the log
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowServlet(false);
        context.setErrorHandler(errors);
        // counts the requests under way, so that stopping can wait for them
        StatisticsHandler counted = new StatisticsHandler();
        counted.setHandler(context);

        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setMinResponseDataRate(SLOWEST);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setPort(PORT);
        connector.setIdleTimeout(IDLE);
        server.addConnector(connector);
        server.setHandler(counted);
        server.setStopTimeout(GRACE);
        server.setStopAtShutdown(true);
        return server;
    }

    private static Path root(String home) throws IOException {
        try {
            return Files.createDirectories(Path.of(home, "repositories"));
        } catch (IOException error) {
            throw new IOException(home + ": not to be written; give the folder to this user", error);
        }
    }

    private static String needed(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(name + ": not given; say --env " + name);
        }
        return value;
    }

    private Main() {}
}
