/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
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
 *
 * <p>What is renamed, replaced or closed is forced to the disk before.
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

  /** Whether it is no device, pipe or the like. */
  private boolean regular;

  /** When its last line was written. */
  private Instant lastWrite = Instant.EPOCH;

  /** Whether the disk may not have all lines. */
  private boolean unforced;

  /** Whether the disk may not have the name. */
  private boolean newName;

  /** Why what is not open any more may not be on the disk. */
  private @Nullable IOException unforceable;

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
   * @param rotation decides whether the file is renamed before, and a new one made
   * @throws TornLineException if it failed, and a part of the line, or all of it, may be in the
   *     file. The next line then begins on a line of its own
   * @throws IOException if it failed, and the file is as it was
   */
  synchronized void append(Payload payload, Rotation rotation) throws IOException {
    FileChannel out = open();
    if (regular && out.size() > 0 && rotation.isDue(out.size(), payload.size() + 1, lastWrite)) {
      rotate(rotation);
      out = open();
    }
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
        unforced = true;
        written += out.write(line);
      }
      torn = false;
      lastWrite = rotation.clock().instant();
    } catch (IOException e) {
      if (!out.isOpen() || (written > 0 && !takeBack(out, before, written, e))) {
        torn = true;
        throw new TornLineException(e);
      }
      throw e;
    }
  }

  /** Returns when the disk has all lines, as far as the operating system can tell. */
  synchronized void force() throws IOException {
    IOException lost = unforceable;
    unforceable = null;
    FileChannel out = channel;
    if (unforced && regular && out != null) {
      if (out.isOpen()) {
        out.force(true);
      } else {
        // An interrupt closed it.
        forceClosed();
      }
      unforced = false;
    }
    if (newName) {
      forceDirectory();
      newName = false;
    }
    if (lost != null) {
      throw lost;
    }
  }

  /** Leaves it to the next {@link #force} to fail: the next line has nothing to do with it. */
  private void forceOrRemember() {
    try {
      force();
    } catch (IOException e) {
      unforceable = e;
      unforced = false;
    }
  }

  private void forceClosed() throws IOException {
    try (FileChannel again = FileChannel.open(path, StandardOpenOption.WRITE)) {
      if (!Objects.equals(key, keyOf(path))) {
        throw new IOException("it was moved or deleted before it was on the disk");
      }
      again.force(true);
    }
  }

  /** Renames the file, or goes on with it if that cannot be done. */
  private void rotate(Rotation rotation) throws IOException {
    forceOrRemember();
    FileChannel full = channel;
    if (full != null) {
      // First: an open file cannot be renamed everywhere.
      full.close();
    }
    try {
      Files.move(path, RotatedFiles.next(path, rotation.clock().instant()));
      newName = true;
    } catch (IOException e) {
      rotation.log().failed("rotate", path, e);
      return;
    }
    try {
      List<Path> rotated = RotatedFiles.of(path);
      for (Path oldest : rotated.subList(0, Math.max(0, rotated.size() - rotation.keep()))) {
        long batches = lines(oldest);
        long bytes = Files.size(oldest);
        Files.delete(oldest);
        rotation.log().removed(oldest, batches, bytes, rotation.keep());
      }
    } catch (IOException e) {
      // It is tried again with the next one.
      rotation.log().failed("remove what is old of", path, e);
    }
  }

  private FileChannel open() throws IOException {
    FileChannel known = channel;
    if (known != null && known.isOpen()) {
      if (Objects.equals(key, keyOf(path))) {
        return known;
      }
      // Moved or deleted under us: what was written to it now would be lost.
      forceOrRemember();
      known.close();
    }
    torn = endsWithinLine();
    newName |= !Files.exists(path);
    FileChannel opened =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    key = keyOf(path);
    regular = Files.isRegularFile(path);
    lastWrite = Files.getLastModifiedTime(path).toInstant();
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

  private static long lines(Path file) throws IOException {
    long lines = 0;
    byte[] some = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(some); n > 0; n = in.read(some)) {
        for (int i = 0; i < n; i++) {
          lines += some[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  /** Which not every operating system can, and then there is nothing to do. */
  private void forceDirectory() {
    Path directory = path.getParent();
    if (directory != null) {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      } catch (IOException e) {
        System.getLogger(LineFile.class.getPackageName())
            .log(System.Logger.Level.DEBUG, "cannot force the directory of " + path, e);
      }
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
