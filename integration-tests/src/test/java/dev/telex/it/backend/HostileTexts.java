/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that want out of their place in a line. */
final class HostileTexts {

  private static final List<String> PIECES =
      List.of(
          "\\",
          ",",
          "=",
          " ",
          "\"",
          "\n",
          "\r",
          "\t",
          "\0",
          "#",
          "u",
          "\\u",
          "\\u005c",
          "a",
          "time",
          "_field",
          "\u0001",
          "\u007f",
          "ü",
          "€",
          "😀",
          "\ud83d",
          "\ude00",
          "'",
          "': ",
          "\nx,t=1 f=1 1",
          "\",f=\"",
          "i",
          "1",
          "-",
          ".",
          "\\n",
          "C:\\dir\\",
          " a=1",
          "tag value",
          "a,b",
          "Straße",
          "日本語");

  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  private HostileTexts() {}

  /** Different ones that a seed determines; none is empty. */
  static List<String> of(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> texts = new LinkedHashSet<>(PIECES);
    while (texts.size() < count) {
      StringBuilder text = new StringBuilder();
      for (int pieces = random.nextInt(1, 7); pieces > 0; pieces--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      texts.add(text.toString());
    }
    return new ArrayList<>(texts).subList(0, count);
  }

  /** Undoes what the dialects of the exporter say of names and tag values. */
  static String undo(String stored) {
    return stored.equals("\\u")
        ? ""
        : ESCAPE
            .matcher(stored)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(found.group(1), 16))));
  }

  /** As UTF-8 has it. */
  static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
