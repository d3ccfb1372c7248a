/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

/** Text of every kind that a string can hold, also what is no valid Unicode. */
final class RandomText {

  private static final String[] SPECIAL = {
    "",
    "\u0000",
    "\t\n\r\"\\/\b\f\u001f\u007f",
    "\u0080",
    "\u07ff\u0800\uffff",
    "Übergröße",
    "日本語",
    "\ud83d\ude00",
    "a\ud83d\ude00b\ud83c\uddec\ud83c\udde7",
    "\udbff\udfff",
    "\ud800",
    "\udc00",
    "a\ud83d",
    "\ud83dz",
    "\ude00\ud83d",
    "\ud83d\ud83d\ude00",
    "\u2028\u2029",
  };

  /** Around the sizes at which a length needs another byte. */
  private static final int[] LENGTHS = {1, 7, 8, 9, 15, 16, 17, 31, 63, 126, 127, 128, 129, 300};

  private final RandomSource random;

  RandomText(RandomSource random) {
    this.random = random;
  }

  String any() {
    return switch (random.below(8)) {
      case 0 -> random.pick(SPECIAL);
      case 1 -> ascii(LENGTHS[random.below(LENGTHS.length)]);
      case 2 -> ascii(random.below(40)) + random.pick(SPECIAL) + ascii(random.below(40));
      case 3 -> random.oneIn(100) ? huge() : mixed();
      default -> ascii(random.below(24));
    };
  }

  String notEmpty() {
    String text = any();
    return text.isEmpty() ? "k" : text;
  }

  String ascii(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.below(95)));
    }
    return text.toString();
  }

  private String mixed() {
    StringBuilder text = new StringBuilder();
    for (int i = random.below(20); i > 0; i--) {
      text.append(random.oneIn(3) ? random.pick(SPECIAL) : ascii(1 + random.below(9)));
    }
    return text.toString();
  }

  private String huge() {
    return (ascii(50) + random.pick(SPECIAL)).repeat(2_000);
  }
}
