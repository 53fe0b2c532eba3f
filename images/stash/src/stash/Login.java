package stash;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;

/** The one login that may push (HTTP Basic). */
final class Login {
    private static final String BASIC = "Basic ";

    private final String user;
    private final byte[] expected;

    Login(String user, String password) {
        if (user.contains(":")) {
            throw new IllegalArgumentException("user " + user + ": HTTP Basic has none with a colon");
        }
        this.user = user;
        this.expected = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether {@code header}, the Authorization of a request or null, is this login's. */
    boolean isGivenBy(String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] given = Base64.getDecoder().decode(header.substring(BASIC.length()).trim());
            // takes as long for a nearly right password as for a wrong one
            return MessageDigest.isEqual(given, expected);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** {@code request} as one of the login's user: JGit takes no push from nobody. */
    HttpServletRequest on(HttpServletRequest request) {
        return new HttpServletRequestWrapper(request) {
            @Override
            public String getRemoteUser() {
                return user;
            }
        };
    }
}
