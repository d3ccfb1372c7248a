/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts by unique keys, in the order in which these were first put: a hash table that is used again
 * for each span, and makes no object for an entry.
 */
final class Tags {

  private static final int INITIAL = 64;

  private String[] keys = new String[INITIAL];
  private @Nullable String[] values = new @Nullable String[INITIAL];

  /** Open addressing: the number of an entry plus 1, or 0. At least twice as many as entries. */
  private int[] slots = new int[2 * INITIAL];

  private int entries;
  private int present;

  void clear() {
    Arrays.fill(slots, 0);
    Arrays.fill(values, 0, entries, null);
    entries = 0;
    present = 0;
  }

  boolean isEmpty() {
    return present == 0;
  }

  /** How many entries there are, those that were removed too. */
  int entries() {
    return entries;
  }

  String key(int entry) {
    return keys[entry];
  }

  /** Null if it was removed. */
  @Nullable String value(int entry) {
    return values[entry];
  }

  @Nullable String get(String key) {
    int entry = slots[slot(key)] - 1;
    return entry < 0 ? null : values[entry];
  }

  void put(String key, String value) {
    int slot = slot(key);
    int entry = slots[slot] - 1;
    if (entry < 0) {
      entry = add(key, slot);
    }
    present += values[entry] == null ? 1 : 0;
    values[entry] = value;
  }

  void putIfAbsent(String key, String value) {
    if (get(key) == null) {
      put(key, value);
    }
  }

  @Nullable String remove(String key) {
    int entry = slots[slot(key)] - 1;
    if (entry < 0) {
      return null;
    }
    String removed = values[entry];
    present -= removed == null ? 0 : 1;
    values[entry] = null;
    return removed;
  }

  private int add(String key, int slot) {
    int entry = entries++;
    if (entry == keys.length) {
      grow();
      slots[slot(key)] = entry + 1;
    } else {
      slots[slot] = entry + 1;
    }
    keys[entry] = key;
    return entry;
  }

  private void grow() {
    int old = keys.length;
    keys = Arrays.copyOf(keys, 2 * old);
    values = Arrays.copyOf(values, 2 * old);
    slots = new int[4 * old];
    for (int entry = 0; entry < old; entry++) {
      slots[slot(keys[entry])] = entry + 1;
    }
  }

  /** Where the key is, or would be. */
  private int slot(String key) {
    int hash = key.hashCode();
    int slot = (hash ^ hash >>> 16) & (slots.length - 1);
    while (slots[slot] != 0 && !keys[slots[slot] - 1].equals(key)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
