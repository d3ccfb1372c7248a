/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the documents show must compile: every block of Java in them, on the class path of a user.
 */
class ReadmeTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("^import .*;$", Pattern.MULTILINE);

  private static final String IMPORTS =
      """
      import static dev.telex.reliability.Join.*;
      import static dev.telex.testkit.Clause.*;
      import dev.telex.examples.*;
      import dev.telex.exporter.*;
      import dev.telex.exporter.elasticsearch.*;
      import dev.telex.exporter.influx.*;
      import dev.telex.exporter.jaeger.*;
      import dev.telex.exporter.logging.*;
      import dev.telex.exporter.otlp.*;
      import dev.telex.exporter.tcp.*;
      import dev.telex.exporter.prometheus.*;
      import dev.telex.exporter.zipkin.*;
      import dev.telex.pipeline.*;
      import dev.telex.reliability.*;
      import dev.telex.testkit.*;
      import io.github.resilience4j.circuitbreaker.*;
      import io.github.resilience4j.retry.*;
      import io.github.resilience4j.timelimiter.*;
      import io.opentelemetry.sdk.*;
      import io.opentelemetry.sdk.logs.*;
      import io.opentelemetry.sdk.logs.export.*;
      import io.opentelemetry.sdk.metrics.*;
      import io.opentelemetry.sdk.metrics.export.*;
      import io.opentelemetry.sdk.trace.*;
      import io.opentelemetry.sdk.trace.export.*;
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      """;

  @TempDir private Path classes;

  @TestFactory
  List<DynamicTest> theJavaOfTheDocumentsCompiles() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String document :
        List.of(
            "README.md",
            "CONTRIBUTING.md",
            "docs/RATIONALE.md",
            "docs/decorators.md",
            "docs/elasticsearch.md",
            "docs/influx.md",
            "docs/migrate-jaeger-zipkin.md",
            "docs/prometheus.md",
            "docs/tcp.md")) {
      Matcher block = JAVA.matcher(Files.readString(ROOT.resolve(document)));
      for (int number = 1; block.find(); number++) {
        String snippet = block.group(1);
        String name = document + " block " + number;
        tests.add(DynamicTest.dynamicTest(name, () -> assertThat(errors(snippet)).isEmpty()));
      }
    }
    assertThat(tests).as("blocks of Java in the documents").isNotEmpty();
    return tests;
  }

  @Test
  void aBlockThatDoesNotCompileIsFound() throws IOException {
    assertThat(errors("Exporter exporter = ExporterChain.of(7).build();")).contains("int cannot");
  }

  @Test
  void theCustomExporterOfTheReadmeIsTheOneThatIsTestedAndIsShort() throws IOException {
    String shown = marked("src/main/java/dev/telex/examples/CsvExporter.java", "custom-exporter");
    assertThat(shown.lines()).hasSizeLessThanOrEqualTo(15);
    assertThat(blocks()).contains(shown);
  }

  @Test
  void itsContractTestOfTheReadmeIsTheOneThatRunsAndIsShort() throws IOException {
    String shown =
        marked(
            "src/test/java/dev/telex/examples/CsvExporterContractTest.java",
            "custom-exporter-contract");
    assertThat(shown.lines()).hasSizeLessThanOrEqualTo(8);
    assertThat(blocks()).contains(shown);
  }

  private static List<String> blocks() throws IOException {
    return JAVA.matcher(Files.readString(ROOT.resolve("README.md")))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** What stands between the marks of a file of this module, as a block of a document shows it. */
  private static String marked(String file, String mark) throws IOException {
    String source = Files.readString(ROOT.resolve("examples").resolve(file));
    String begin = "// [" + mark + "]\n";
    int end = source.indexOf("// [/" + mark + "]");
    String lines = source.substring(source.indexOf(begin) + begin.length(), end).stripTrailing();
    return lines.stripIndent() + "\n";
  }

  /** The snippet as the members of a class if it declares some, or else as the body of a method. */
  private String errors(String snippet) throws IOException {
    StringBuilder imports = new StringBuilder(IMPORTS);
    IMPORT.matcher(snippet).results().forEach(line -> imports.append(line.group()).append('\n'));
    String code = IMPORT.matcher(snippet).replaceAll("");
    boolean members =
        Pattern.compile("^(public|final|enum|record|class)", Pattern.MULTILINE)
            .matcher(code)
            .find();
    String source =
        members
            ? imports + "class Snippet {\n" + code + "\n}\n"
            : imports + "class Snippet {\n void run() throws Exception {\n" + code + "\n}\n}\n";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter output = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                output,
                null,
                null,
                List.of(
                    "-d",
                    classes.toString(),
                    "-proc:none",
                    "-classpath",
                    System.getProperty("java.class.path")),
                null,
                List.of(
                    new SimpleJavaFileObject(
                        URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                      @Override
                      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                      }
                    }))
            .call();
    return compiled ? "" : output + "\n" + source;
  }
}
