package stash;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.servlet.ReadListener;
import javax.servlet.ServletInputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;

/** A request whose body was read whole, unpacked, within bounds of size and time. */
final class Body extends HttpServletRequestWrapper {
    /** Bytes, unpacked: some twenty thousand commits that a client wants or has. */
    static final int LARGEST = 1 << 20;
    /** Seconds. */
    static final long LONGEST = 30;

    private final byte[] content;

    private Body(HttpServletRequest request, byte[] content) {
        super(request);
        this.content = content;
    }

    /** The request with its body; null where that is larger, or takes longer, than may be. */
    static Body of(HttpServletRequest request) throws IOException {
        long began = System.nanoTime();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        try (InputStream body = unpacked(request)) {
            for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
                content.write(piece, 0, length);
                long took = System.nanoTime() - began;
                if (content.size() > LARGEST || took > TimeUnit.SECONDS.toNanos(LONGEST)) {
                    return null;
                }
            }
        }
        return new Body(request, content.toByteArray());
    }

    private static InputStream unpacked(HttpServletRequest request) throws IOException {
        String coding = request.getHeader("Content-Encoding");
        boolean packed = "gzip".equalsIgnoreCase(coding) || "x-gzip".equalsIgnoreCase(coding);
        InputStream body = request.getInputStream();
        return packed ? new GZIPInputStream(body) : body;
    }

    /** JGit unpacks what a header says is packed. */
    @Override
    public String getHeader(String name) {
        return "Content-Encoding".equalsIgnoreCase(name) ? null : super.getHeader(name);
    }

    @Override
    public ServletInputStream getInputStream() {
        ByteArrayInputStream left = new ByteArrayInputStream(content);
        return new ServletInputStream() {
            @Override
            public int read() {
                return left.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return left.read(into, offset, length);
            }

            @Override
            public boolean isFinished() {
                return left.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException("this body is there already");
            }
        };
    }
}
