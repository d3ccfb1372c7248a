/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterProvider;
import dev.telex.testkit.ContractBackend.Reaction;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The backends of the test kit, and how its contract looks for providers. */
class BackendsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  // --- HTTP ---

  private static String post(HttpBackend backend) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(backend.uri())
                    .POST(HttpRequest.BodyPublishers.ofString("message"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  @Test
  void answersOverHttpAsItIsTold() throws Exception {
    try (HttpBackend backend = HttpBackend.start()) {
      assertThat(post(backend)).isEqualTo("200 ");
      backend.next(Reaction.RETRYABLE, "busy");
      backend.next(Reaction.PERMANENT, "no");
      backend.next(Reaction.PERMANENT, "");
      backend.next(Reaction.LOST, "");
      assertThat(post(backend)).isEqualTo("503 busy");
      assertThat(post(backend)).isEqualTo("400 no");
      assertThat(post(backend)).isEqualTo("400 ");
      assertThatThrownBy(() -> post(backend)).isInstanceOf(IOException.class);
      assertThat(post(backend)).isEqualTo("200 ");
      assertThat(backend.take(6, LIMIT))
          .hasSize(6)
          .allMatch(message -> new String(message, StandardCharsets.UTF_8).equals("message"));
      assertThat(backend.take(0, LIMIT)).isEmpty();
    }
  }

  @Test
  void answersAsItsProtocolDoes() throws Exception {
    try (HttpBackend backend =
        HttpBackend.start()
            .accepting(Answer.status(204))
            .retryable(words -> Answer.status(429).body("application/json", "[" + words + "]"))
            .refusing(words -> Answer.status(422).body("application/json", "{" + words + "}"))) {
      backend.next(Reaction.RETRYABLE, "busy");
      backend.next(Reaction.PERMANENT, "no");
      assertThat(post(backend)).isEqualTo("429 [busy]");
      assertThat(post(backend)).isEqualTo("422 {no}");
      assertThat(post(backend)).isEqualTo("204 ");
    }
  }

  @Test
  void acceptsWithAnAnswerToTheRequest() throws Exception {
    try (HttpBackend backend =
        HttpBackend.start()
            .accepting(
                Answer.computed(
                    request -> Answer.ok().body("text/plain", "took " + request.text())))) {
      assertThat(post(backend)).isEqualTo("200 took message");
      backend.next(Reaction.HANG, "");
      CompletableFuture<HttpResponse<String>> answer =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(backend.uri()).build(),
                  HttpResponse.BodyHandlers.ofString());
      backend.awaitHanging(LIMIT);
      assertThat(answer).isNotDone();
      backend.release();
      assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("took ");
    }
  }

  @Test
  void saysWhenAnAnswerCannotBeComputed() throws Exception {
    try (HttpBackend backend =
        HttpBackend.start()
            .accepting(
                Answer.computed(
                    request -> {
                      throw new IllegalStateException("no idea");
                    }))) {
      assertThatThrownBy(() -> post(backend)).isInstanceOf(IOException.class);
      assertThat(backend.server().problems())
          .singleElement()
          .asString()
          .contains("could not be computed")
          .contains("no idea");
    }
    assertThatThrownBy(() -> Answer.computed(request -> Answer.ok()).header("A", "b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("computed cannot have a header");
  }

  // --- Files ---

  /** The contract of a small exporter to a file. */
  @Exempt(value = Clause.ENCODES_ONCE, because = "it encodes nothing")
  @Exempt(value = Clause.FOUND_BY_NAME, because = "it is no plugin")
  static class ToFile extends FileExporterContract {
    static volatile boolean swallows;

    @Override
    protected Exporter newExporter(Path file) {
      return Exporter.blocking(
          "file",
          ForkJoinPool.commonPool(),
          (batch, context) -> {
            byte[] line = new LineEncoding(false).encode(batch).toByteArray();
            try {
              Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
              if (!swallows) {
                throw e;
              }
            }
            return ExportResult.success(batch);
          });
    }
  }

  @Test
  void checksAnExporterToAFile() {
    Map<Clause, TestExecutionResult> results = Runs.of(ToFile.class);
    assertThat(Runs.with(results, Status.FAILED)).as(results.toString()).isEmpty();
    Set<Clause> checked = Runs.with(results, Status.SUCCESSFUL);
    assertThat(checked)
        .contains(Clause.BACKEND_DOWN, Clause.SAME_BYTES, Clause.SECOND_ATTEMPT, Clause.EMPTY_BATCH)
        .doesNotContainAnyElementsOf(EnumSet.of(Clause.RETRYABLE_ANSWER, Clause.CANCEL_ABORTS));

    ToFile.swallows = true;
    try {
      assertThat(Runs.with(Runs.of(ToFile.class), Status.FAILED))
          .containsExactly(Clause.BACKEND_DOWN);
    } finally {
      ToFile.swallows = false;
    }
  }

  @Test
  void seesATornLine() throws Exception {
    try (FileBackend backend = new FileBackend()) {
      Path file = Path.of(backend.uri());
      assertThat(backend.take(0, LIMIT)).isEmpty();
      Files.writeString(file, "one\ntwo\ntor");
      assertThat(backend.take(1, LIMIT))
          .extracting(String::new)
          .containsExactly("one\n", "two\n", "tor");
      assertThatThrownBy(() -> backend.take(1, LIMIT)).isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void leavesNothingOfAFileBehind() throws Exception {
    FileBackend backend = new FileBackend();
    Path file = Path.of(backend.uri());
    Files.writeString(file, "line\n");
    backend.goDown();
    assertThatThrownBy(() -> Files.writeString(file, "line\n")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Files.createDirectories(file.getParent()))
        .isInstanceOf(IOException.class);
    backend.close();
    backend.close();
    assertThat(file.getParent()).doesNotExist();
  }

  // --- Providers ---

  @Test
  void seesOnlyTheProvidersOfOneJar(@TempDir Path other) throws Exception {
    Path list = other.resolve(OwnServices.LIST);
    Files.createDirectories(list.getParent());
    Files.writeString(list, "no.such.Provider\n");
    ClassLoader all = getClass().getClassLoader();
    try (URLClassLoader both = new URLClassLoader(new URL[] {other.toUri().toURL()}, all)) {
      assertThat(both.getResources(OwnServices.LIST).asIterator()).toIterable().hasSize(2);
      assertThat(
              ServiceLoader.load(ExporterProvider.class, OwnServices.of(TinyProvider.class))
                  .stream()
                  .map(ServiceLoader.Provider::type))
          .extracting(Class::getSimpleName)
          .containsExactlyInAnyOrder("TinyProvider", "TwinProvider");
      // Exporters.class comes from a jar, or a directory, that lists no provider.
      assertThat(OwnServices.of(ExporterProvider.class).getResources(OwnServices.LIST).asIterator())
          .toIterable()
          .isEmpty();
      // A list that is wrong hides nobody.
      Plugins plugins = Plugins.of(both);
      assertThat(plugins.named("tiny")).hasSize(1);
      assertThat(plugins.problems()).singleElement().asString().contains("no.such.Provider");
      assertThat(plugins.toString()).startsWith("only tiny, twin; problems [");
    }
  }
}
