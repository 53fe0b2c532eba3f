package stash;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.servlet.FilterChain;
import javax.servlet.ServletException;
import javax.servlet.http.HttpFilter;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Answers only those who ask by a name of this host: a page from elsewhere, whose name leads here,
 * would read repositories with a visitor's browser (DNS rebinding).
 */
final class Names extends HttpFilter {
    private static final long serialVersionUID = 1;
    /** HTTP: this server does not answer for that name. */
    private static final int MISDIRECTED = 421;
    /** Addresses, names without a dot, and those that no public name ends like. */
    private static final Pattern PRIVATE = Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+\\]|[^.]+"
            + "|.+\\.(?:home\\.arpa|internal|intranet|lan|local|localdomain|localhost|test"
            + "|vagrant)");

    private final transient Set<String> own;

    /** {@code own} has further names, {@code *.NAME} too, with blanks between; null is none. */
    Names(String own) {
        String names = own == null ? "" : own.toLowerCase(Locale.ROOT).trim();
        this.own = new HashSet<>(List.of(names.split("\\s+")));
    }

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if ("TRACE".equals(request.getMethod())) {
            // what a client sent, its login too, is told to nobody
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        if (isOurs(request.getServerName())) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(MISDIRECTED);
        response.setContentType("text/plain");
        response.getWriter().println("stash: no name of this site; whoever runs it adds it to"
                + " NAMES, in the leaf's environment");
    }

    private boolean isOurs(String asked) {
        String name = asked.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        return PRIVATE.matcher(name).matches() || own.stream().anyMatch(one -> covers(one, name));
    }

    /** Whether {@code name} is {@code one}, or below it where that is {@code *.NAME}. */
    private static boolean covers(String one, String name) {
        return one.startsWith("*.") ? name.endsWith(one.substring(1)) : one.equals(name);
    }
}
