package stash;

import java.util.HashMap;
import java.util.Map;

/** How many requests each address has under way. */
final class Visitors {
    /** Of one address: the server has two hundred threads for all of them. */
    private static final int AT_ONCE = 32;

    private final Map<String, Integer> underWay = new HashMap<>();

    /** Whether one more of {@code visitor} may begin; if so, {@link #end} has to follow. */
    synchronized boolean begin(String visitor) {
        int now = underWay.getOrDefault(visitor, 0);
        if (now >= AT_ONCE) {
            return false;
        }
        underWay.put(visitor, now + 1);
        return true;
    }

    synchronized void end(String visitor) {
        underWay.computeIfPresent(visitor, (name, now) -> now > 1 ? now - 1 : null);
    }
}
