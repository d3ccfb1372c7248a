/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.SampleBatches;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the exporter says it is, and that nobody else learns it. */
class ElasticsearchExporterAuthenticationTest {

  private final FaultServer server = FaultServer.start();

  @BeforeEach
  void takeEverything() {
    server.answerByDefault(BulkAnswers.taking());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private ElasticsearchExporterBuilder builder() {
    return ElasticsearchExporter.builder().endpoint(server.uri());
  }

  private static ExportResult export(ElasticsearchExporterBuilder builder) throws Exception {
    try (ElasticsearchExporter exporter = builder.build()) {
      return exporter
          .export(SampleBatches.logs(1), ExportContext.none())
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private List<String> authorization(ElasticsearchExporterBuilder builder) throws Exception {
    assertThat(export(builder).status()).isEqualTo(Status.SUCCESS);
    List<dev.telex.testkit.ReceivedRequest> requests = server.requests();
    return requests.get(requests.size() - 1).headers("Authorization");
  }

  @Test
  void nobodyByDefault() throws Exception {
    assertThat(authorization(builder())).isEmpty();
  }

  @Test
  void aUserWithAPassword() throws Exception {
    assertThat(authorization(builder().basicAuth("elastic", "pässwörd:1")))
        .containsExactly(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("elastic:pässwörd:1".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anApiKey() throws Exception {
    assertThat(authorization(builder().apiKey("aWQ6a2V5"))).containsExactly("ApiKey aWQ6a2V5");
  }

  @Test
  void aBearerToken() throws Exception {
    assertThat(authorization(builder().bearerToken("token"))).containsExactly("Bearer token");
    assertThat(authorization(builder().bearerToken(() -> "fresh"))).containsExactly("Bearer fresh");
  }

  @Test
  void theLastOfSeveralCounts() throws Exception {
    assertThat(authorization(builder().basicAuth("u", "p").bearerToken(() -> "t").apiKey("k")))
        .containsExactly("ApiKey k");
    assertThat(authorization(builder().apiKey("k").bearerToken(() -> "t")))
        .containsExactly("Bearer t");
    assertThat(authorization(builder().apiKey("k").header("authorization", "Custom x")))
        .as("a header of that name is no way of authentication")
        .containsExactly("ApiKey k");
    assertThat(authorization(builder().header("authorization", "Custom x")))
        .containsExactly("Custom x");
  }

  @Test
  void eachNodeIsShownTheSame() throws Exception {
    try (FaultServer other = FaultServer.start()) {
      other.answerByDefault(BulkAnswers.taking());
      ElasticsearchExporterBuilder both =
          builder().nodes(List.of(server.url(""), other.url(""))).apiKey("k");
      for (int i = 0; i < 40; i++) {
        export(both);
      }
      for (FaultServer node : List.of(server, other)) {
        assertThat(node.requests())
            .isNotEmpty()
            .allSatisfy(
                request ->
                    assertThat(request.headers("Authorization")).containsExactly("ApiKey k"));
      }
    }
  }

  @Test
  void whatAServerRepeatsIsNotShown() throws Exception {
    String basic =
        Base64.getEncoder().encodeToString("elastic:s3cret".getBytes(StandardCharsets.UTF_8));
    server.answerByDefault(
        Answer.status(401)
            .body(
                "application/json",
                ("{\"error\":{\"type\":\"security_exception\",\"reason\":\"no [elastic] with"
                        + " [s3cret] or [Basic %s], [key-of-ours] or [token-of-ours]\"}}")
                    .formatted(basic)));
    for (ElasticsearchExporterBuilder each :
        List.of(
            builder().basicAuth("elastic", "s3cret"),
            builder().basicAuth("elastic", "s3cret").header("X-Key", "key-of-ours"),
            builder().apiKey("key-of-ours"),
            builder().bearerToken("token-of-ours"),
            builder().bearerToken(() -> "token-of-ours"))) {
      ExportResult result = export(each);
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.statusCode()).hasValue(401);
      assertThat(result.message().orElse(""))
          .startsWith("HTTP 401: security_exception: no [elastic] with")
          .contains("[***]");
    }
    assertThat(export(builder().basicAuth("elastic", "s3cret")).toString())
        .doesNotContain("s3cret", basic);
    assertThat(export(builder().bearerToken(() -> "token-of-ours")).toString())
        .doesNotContain("token-of-ours");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb", "ü"})
  void aTokenThatCannotBeSentIsNot(String token) throws Exception {
    ExportResult result = export(builder().bearerToken(() -> token));

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message())
        .hasValue("not sent: the supplier of the bearer token gave none that can be sent");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void wrongValuesAreRefusedAtOnceAndNotShown() {
    assertThatThrownBy(() -> builder().basicAuth("a:b", "s3cret"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("the user name has a colon: want one without");
    assertThatThrownBy(() -> builder().apiKey("s3cret\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not shown")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> builder().apiKey(" ")).hasMessage("apiKey is blank: want one");
    assertThatThrownBy(() -> builder().bearerToken(" "))
        .hasMessage("bearerToken is blank: want one");
    assertThatThrownBy(() -> builder().header("X-A", "s3cret\r\nX-B: 1"))
        .hasMessageContaining("X-A")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> builder().header("Content-Type", "x"))
        .hasMessage("header 'Content-Type' is set by the exporter itself");
    assertThatThrownBy(() -> builder().header("no name", "x"))
        .hasMessageContaining("header name 'no name'");
  }
}
