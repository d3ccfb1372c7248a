/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file to which whole lines are appended, one after the other.
 *
 * <p>All exporters of this process that write one file share one of these, so that they neither
 * write into each other's line nor take each other's line for a torn one. It is opened at the first
 * line, and again if it was closed by an interrupt, moved or deleted.
 */
final class LineFile {

  private static final Map<Path, LineFile> JOINED = new HashMap<>();

  private final Path path;
  private int users;
  private volatile boolean left;
  private volatile @Nullable FileChannel channel;

  /** Of the file that is open. */
  private @Nullable Object key;

  /** Whether the file may end within a line. */
  private boolean torn;

  private LineFile(Path path) {
    this.path = path;
  }

  /** The one of this path; every call needs a {@link #leave}. */
  static LineFile join(Path path) throws IOException {
    Path real = real(path);
    synchronized (JOINED) {
      LineFile file = JOINED.computeIfAbsent(real, LineFile::new);
      file.users++;
      return file;
    }
  }

  /** Closes the file if nobody else writes it, even if a writer is stuck in it. */
  void leave() throws IOException {
    synchronized (JOINED) {
      users--;
      if (users > 0) {
        return;
      }
      JOINED.remove(path, this);
    }
    left = true;
    // Without the lock of append, which a stuck writer holds: closing is what frees it.
    FileChannel open = channel;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Appends the payload and a line end, and returns when the operating system has them.
   *
   * @throws TornLineException if it failed, and a part of the line, or all of it, may be in the
   *     file. The next line then begins on a line of its own
   * @throws IOException if it failed, and the file is as it was
   */
  synchronized void append(Payload payload) throws IOException {
    FileChannel out = open();
    List<ByteBuffer> pieces = new ArrayList<>(payload.itemCount() + 2);
    if (torn) {
      pieces.add(lineEnd());
    }
    pieces.addAll(payload.buffers());
    pieces.add(lineEnd());
    ByteBuffer[] line = pieces.toArray(ByteBuffer[]::new);
    long unwritten = payload.size() + line.length - payload.itemCount();
    long before = out.size();
    long written = 0;
    try {
      while (written < unwritten) {
        written += out.write(line);
      }
      torn = false;
    } catch (IOException e) {
      if (!out.isOpen() || (written > 0 && !takeBack(out, before, written, e))) {
        torn = true;
        throw new TornLineException(e);
      }
      throw e;
    }
  }

  private FileChannel open() throws IOException {
    FileChannel known = channel;
    if (known != null && known.isOpen()) {
      if (Objects.equals(key, keyOf(path))) {
        return known;
      }
      // Moved or deleted under us: what was written to it now would be lost.
      known.close();
    }
    torn = endsWithinLine();
    FileChannel opened =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    key = keyOf(path);
    channel = opened;
    if (left) {
      opened.close();
      throw new ClosedChannelException();
    }
    return opened;
  }

  /** What tells the file of this path from any other; null if there is none, or no such key. */
  private static @Nullable Object keyOf(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Cuts off a part of a line, unless somebody else has written behind it. */
  private static boolean takeBack(FileChannel out, long before, long written, IOException failure) {
    try {
      if (out.size() != before + written) {
        return false;
      }
      out.truncate(before);
      return true;
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  /** Whether a crash left a part of a line; also if that cannot be seen. */
  private boolean endsWithinLine() throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (!Files.isReadable(path)) {
      return true;
    }
    try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = in.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      return size > 0 && in.read(last, size - 1) == 1 && last.get(0) != '\n';
    }
  }

  private static ByteBuffer lineEnd() {
    return ByteBuffer.wrap(new byte[] {'\n'});
  }

  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path absolute = path.toAbsolutePath();
    Path directory = absolute.getParent();
    Path name = absolute.getFileName();
    return directory == null || name == null
        ? absolute
        : directory.toRealPath().resolve(name.toString());
  }
}
