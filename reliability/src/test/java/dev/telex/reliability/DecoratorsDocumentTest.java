/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** What docs/decorators.md says is tested is tested. */
class DecoratorsDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/decorators.md");
  private static final Pattern LAST_CELL = Pattern.compile("\\| `(\\w+)\\.(\\w+)` \\|$");

  @Test
  void everyRowOfATableNamesATestThatExists() throws Exception {
    List<String> rows = rows();
    assertThat(rows).hasSizeGreaterThan(30);
    for (String row : rows) {
      Matcher cell = LAST_CELL.matcher(row);
      assertThat(cell.find()).as("a test is named by: " + row).isTrue();
      Class<?> test = Class.forName(getClass().getPackageName() + "." + cell.group(1));
      assertThat(tests(test)).as("tests of " + test.getSimpleName()).contains(cell.group(2));
    }
  }

  @Test
  void everyCompositionOfTheTableIsOneOfTheTest() throws Exception {
    Set<String> tested =
        CompositionTest.rows().map(CompositionTest.Row::prints).collect(Collectors.toSet());
    List<String> shown =
        rows().stream()
            .filter(row -> row.contains("`CompositionTest.isWhatItSays`"))
            .map(row -> row.split(" \\| ", -1)[1].replace("`", ""))
            .toList();
    assertThat(shown).hasSizeGreaterThan(20).doesNotHaveDuplicates().allMatch(tested::contains);
  }

  /** The rows of the tables that have a column of tests. */
  private static List<String> rows() throws IOException {
    return Files.readString(DOCUMENT)
        .lines()
        .filter(line -> line.startsWith("|") && !line.startsWith("|--"))
        .filter(line -> !line.endsWith("| test |"))
        .toList();
  }

  private static List<String> tests(Class<?> test) {
    return Stream.concat(Stream.of(test), Arrays.stream(test.getDeclaredClasses()))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class))
        .map(Method::getName)
        .toList();
  }
}
