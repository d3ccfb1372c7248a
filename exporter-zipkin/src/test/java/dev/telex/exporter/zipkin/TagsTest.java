/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** They are what a map is, spans after spans. */
class TagsTest {

  @Property(tries = 300)
  void areAMapThatIsUsedAgain(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int keys) {
    SplittableRandom random = new SplittableRandom(seed);
    Tags tags = new Tags();
    for (int span = 0; span < 3; span++) {
      tags.clear();
      Map<String, String> expected = new LinkedHashMap<>();
      for (int i = 0; i < 2 * keys; i++) {
        String key = key(random.nextInt(keys));
        String value = "v" + i;
        switch (random.nextInt(5)) {
          case 0 -> {
            assertThat(tags.remove(key)).isEqualTo(expected.get(key));
            expected.computeIfPresent(key, (k, v) -> null);
          }
          case 1 -> {
            tags.putIfAbsent(key, value);
            expected.putIfAbsent(key, value);
          }
          default -> {
            tags.put(key, value);
            expected.put(key, value);
          }
        }
        assertThat(tags.get(key)).isEqualTo(expected.get(key));
        assertThat(tags.isEmpty()).isEqualTo(expected.isEmpty());
      }
      assertThat(content(tags)).isEqualTo(expected);
    }
  }

  /** Two keys of each hash code. */
  private static String key(int number) {
    return (number % 2 == 0 ? "Aa" : "BB") + number / 2;
  }

  private static Map<String, String> content(Tags tags) {
    Map<String, String> content = new LinkedHashMap<>();
    for (int i = 0; i < tags.entries(); i++) {
      String value = tags.value(i);
      if (value != null) {
        assertThat(content.put(tags.key(i), value)).as("twice").isNull();
      }
    }
    return content;
  }
}
