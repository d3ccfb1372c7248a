/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the files that a file was rotated to: {@code undelivered-20261121T070000Z-1.jsonl}
 * of {@code undelivered.jsonl}. Their order is that of the number at the end, which counts up: a
 * clock may be put back.
 */
final class RotatedFiles {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private RotatedFiles() {}

  /** Those that there are, the oldest first. */
  static List<Path> of(Path file) throws IOException {
    return new ArrayList<>(numbered(file).values());
  }

  /** A name that comes after all others. */
  static Path next(Path file, Instant now) throws IOException {
    List<Long> numbers = new ArrayList<>(numbered(file).keySet());
    long number = numbers.isEmpty() ? 1 : Collections.max(numbers) + 1;
    return withSuffix(file, "-" + TIME.format(now) + "-" + number);
  }

  /** The name with something put before its extension. */
  static Path withSuffix(Path file, String suffix) {
    String name = nameOf(file);
    int end = endOfStem(name);
    return file.resolveSibling(name.substring(0, end) + suffix + name.substring(end));
  }

  private static Map<Long, Path> numbered(Path file) throws IOException {
    String name = nameOf(file);
    int end = endOfStem(name);
    Pattern rotated =
        Pattern.compile(
            Pattern.quote(name.substring(0, end))
                + "-[0-9]{8}T[0-9]{6}Z-([0-9]{1,18})"
                + Pattern.quote(name.substring(end)));
    Map<Long, Path> numbered = new TreeMap<>();
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return numbered;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path one : all) {
        Matcher matcher = rotated.matcher(nameOf(one));
        if (matcher.matches()) {
          numbered.put(Long.parseLong(matcher.group(1)), file.resolveSibling(nameOf(one)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return numbered;
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static int endOfStem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? dot : name.length();
  }
}
