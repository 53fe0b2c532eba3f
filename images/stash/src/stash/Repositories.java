package stash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.ServiceMayNotContinueException;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bare repositories below one folder: {@code app} is kept in {@code app.git}, and
 * {@code project/app} in {@code project/app.git}. A name may be said with its {@code .git}.
 */
final class Repositories {
    private static final Logger LOG = LoggerFactory.getLogger("repositories");
    static final String RULE = "names are NAME or PROJECT/NAME of letters, digits and . _ -";

    /** Begins with a letter or digit: no way up, no hidden folder, nothing like an option. */
    private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    private static final Pattern NAME = Pattern.compile("(?:(" + PART + ")/)?(" + PART + ")");
    private static final String SUFFIX = ".git";

    private final Path root;

    Repositories(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    /** The names of all repositories, in their order. */
    List<String> names() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path child : foldersIn(root)) {
            folders.addAll(child.toString().endsWith(SUFFIX) ? List.of(child) : foldersIn(child));
        }
        List<String> found = new ArrayList<>();
        for (Path folder : folders) {
            String name = root.relativize(folder).toString();
            if (name.endsWith(SUFFIX) && has(name)) {
                found.add(withoutSuffix(name));
            }
        }
        found.sort(null);
        return found;
    }

    /** Whether there is a repository {@code name}. */
    boolean has(String name) throws IOException {
        Path folder = place(name);
        return folder != null && FileKey.isGitRepository(folder.toFile(), FS.DETECTED);
    }

    /** The repository {@code name}, which the caller closes. */
    Repository open(String name) throws RepositoryNotFoundException, ServiceMayNotContinueException {
        try {
            if (!has(name)) {
                throw new RepositoryNotFoundException(name);
            }
            return new FileRepositoryBuilder().setGitDir(place(name).toFile()).build();
        } catch (RepositoryNotFoundException error) {
            throw error;
        } catch (IOException error) {
            throw new ServiceMayNotContinueException("this repository can't be read", error);
        }
    }

    /** Has a repository {@code name}; makes none for a name that no repository can have. */
    synchronized void make(String name) throws IOException {
        Path folder = place(name);
        if (folder == null || Files.exists(folder)) {
            return;
        }
        // made aside and moved whole: nobody ever meets half a repository
        Path aside = Files.createTempDirectory(root, ".new-");
        try (Repository made = new FileRepositoryBuilder().setGitDir(aside.toFile()).build()) {
            made.create(true);
            StoredConfig config = made.getConfig();
            config.setBoolean("receive", null, "fsckObjects", true);
            config.setBoolean("core", null, "fsyncObjectFiles", true);
            config.setBoolean("core", null, "fsyncRefFiles", true);
            config.save();
        }
        Files.createDirectories(folder.getParent());
        Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        LOG.info("{}: made", withoutSuffix(name));
    }

    /** Where {@code name} is kept or would be; null where there is no such place. */
    private Path place(String name) throws IOException {
        Matcher parts = NAME.matcher(withoutSuffix(name));
        if (!parts.matches()) {
            return null;
        }
        String project = parts.group(1) == null ? "" : parts.group(1);
        // a project is no folder inside of a repository, and app.git.git is a mistake
        if (project.endsWith(SUFFIX) || parts.group(2).endsWith(SUFFIX)) {
            return null;
        }
        Path folder = root.resolve(project).resolve(parts.group(2) + SUFFIX);
        Path nearest = folder;
        while (!Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        // a link may lead elsewhere
        return nearest.toRealPath().startsWith(root) ? folder : null;
    }

    private static String withoutSuffix(String name) {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> !child.getFileName().toString().startsWith("."))
                    .filter(Files::isDirectory)
                    .collect(Collectors.toList());
        }
    }
}
