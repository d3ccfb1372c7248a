/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A file of PEM blocks (RFC 7468) as it was when it was read, and the words of what is wrong with
 * it. Text around the blocks is passed over, as OpenSSL writes some.
 */
final class PemFile {

  /** The bundles of operating systems have some 200 KiB. */
  static final int MAX_BYTES = 4 << 20;

  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  private static final String OLD_ENCRYPTION = "Proc-Type: 4,ENCRYPTED";

  private final String what;
  private final Path path;
  private final byte[] content;

  private PemFile(String what, Path path, byte[] content) {
    this.what = what;
    this.path = path;
    this.content = content;
  }

  /**
   * Reads a file.
   *
   * @param what it is, for messages, such as {@code CA certificate}
   * @throws ConfigurationException if it cannot be read, or is too large to be meant
   */
  static PemFile read(String what, Path path) {
    byte[] content;
    try (InputStream in = Files.newInputStream(path)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw wrong(what, path, "does not exist: want a PEM file");
    } catch (IOException e) {
      throw wrong(what, path, "cannot be read (" + Excerpt.of(e.toString()) + "): want a PEM file");
    }
    if (content.length > MAX_BYTES) {
      throw wrong(what, path, "has more than " + MAX_BYTES + " bytes: want a PEM file");
    }
    return new PemFile(what, path, content);
  }

  /**
   * The blocks in their order.
   *
   * @throws ConfigurationException if one is not Base64, or has no end
   */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      int typeAt = begin + BEGIN.length();
      int typeEnd = text.indexOf(DASHES, typeAt);
      int end = -1;
      if (typeEnd > 0) {
        String last = DASHES + "END " + text.substring(typeAt, typeEnd) + DASHES;
        end = text.indexOf(last, typeEnd);
      }
      if (end < 0) {
        throw wrong("has a PEM block without its END line: want a complete file");
      }
      blocks.add(block(text.substring(typeAt, typeEnd), text.substring(typeEnd + 5, end)));
      begin = text.indexOf(BEGIN, end);
    }
    return blocks;
  }

  /** Says what is wrong with it; the words follow its name. */
  ConfigurationException wrong(String words) {
    return wrong(what, path, words);
  }

  boolean hasContentOf(PemFile other) {
    return Arrays.equals(content, other.content);
  }

  private Block block(String type, String body) {
    if (body.contains(OLD_ENCRYPTION)) {
      return new Block(type, true, new byte[0]);
    }
    try {
      return new Block(type, false, Base64.getDecoder().decode(body.replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      // Without its cause, which shows a character of what may be a key.
      throw wrong(
          "has a block '" + Excerpt.of(type) + "' that is not Base64: want a complete PEM file");
    }
  }

  private static ConfigurationException wrong(String what, Path path, String words) {
    return new ConfigurationException(what + " file '" + path + "' " + words);
  }

  /** What and where; never its content. */
  @Override
  public String toString() {
    return what + " file '" + path + "'";
  }

  /**
   * One block.
   *
   * @param type such as {@code CERTIFICATE}
   * @param oldEncryption whether it is encrypted as OpenSSL did before PKCS#8; then without content
   * @param der its content
   */
  // A carrier between three methods of this package, and not a value to compare.
  @SuppressWarnings("ArrayRecordComponent")
  record Block(String type, boolean oldEncryption, byte[] der) {
    @Override
    public String toString() {
      return type;
    }
  }
}
