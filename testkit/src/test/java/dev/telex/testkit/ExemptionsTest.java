/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static dev.telex.testkit.Clause.DELIVERS_EACH_SIGNAL;
import static dev.telex.testkit.Clause.ENCODES_ONCE;
import static dev.telex.testkit.Clause.EXEMPTIONS_HOLD;
import static dev.telex.testkit.Clause.FOUND_BY_NAME;
import static dev.telex.testkit.Clause.NAME;
import static dev.telex.testkit.Clause.RETRYABLE_ANSWER;
import static dev.telex.testkit.Clause.SAME_BYTES;
import static dev.telex.testkit.Clause.SETTINGS_ACCEPTED;
import static dev.telex.testkit.Clause.SETTINGS_REFUSED;
import static dev.telex.testkit.Clause.SHUTDOWN_CLOSES_CONNECTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Exporter;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/** What may be declared not to apply, and what may not. */
class ExemptionsTest {

  private static void holds(Class<? extends ExporterContract> contract) {
    TestExecutionResult result = Runs.of(contract, EXEMPTIONS_HOLD);
    assertThat(result.getStatus()).as(Runs.words(result)).isEqualTo(Status.SUCCESSFUL);
  }

  private static void isRefused(Class<? extends ExporterContract> contract, String because) {
    TestExecutionResult result = Runs.of(contract, EXEMPTIONS_HOLD);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    assertThat(Runs.words(result)).contains(because);
  }

  private static void isAborted(
      Class<? extends ExporterContract> contract, Clause clause, String because) {
    TestExecutionResult result = Runs.of(contract, clause);
    assertThat(result.getStatus()).isEqualTo(Status.ABORTED);
    assertThat(Runs.words(result)).contains(clause + " does not apply: " + because);
  }

  // --- Exemptions of the test ---

  @Exempt(value = SHUTDOWN_CLOSES_CONNECTIONS, because = "the library cannot")
  static class WithReason extends TinyContract {}

  @Test
  void aReasonIsEnoughForConnectionsThatStayOpen() {
    holds(WithReason.class);
    isAborted(WithReason.class, SHUTDOWN_CLOSES_CONNECTIONS, "the library cannot");
  }

  static class Inheriting extends WithReason {}

  @Test
  void anExemptionHoldsForSubclasses() {
    isAborted(Inheriting.class, SHUTDOWN_CLOSES_CONNECTIONS, "the library cannot");
  }

  @Exempt(value = SHUTDOWN_CLOSES_CONNECTIONS, because = " ")
  static class WithoutReason extends TinyContract {}

  @Test
  void anExemptionNeedsAReason() {
    isRefused(WithoutReason.class, "a reason for the exemption of SHUTDOWN_CLOSES_CONNECTIONS");
  }

  @Exempt(value = NAME, because = "names are dull")
  static class OfAll extends TinyContract {}

  @Test
  void whatAppliesToAllIsNotExempted() {
    isRefused(OfAll.class, "NAME is exempted: it applies to every exporter");
  }

  @Exempt(
      value = {NAME, EXEMPTIONS_HOLD},
      because = "nobody shall look")
  static class OfItself extends TinyContract {}

  @Test
  void theClauseOfExemptionsIsNotExempted() {
    isRefused(OfItself.class, "it applies to every exporter");
  }

  @Exempt(value = RETRYABLE_ANSWER, because = "it never does")
  static class OfAnswers extends TinyContract {}

  @Test
  void answersAreNotExemptedWhereDeliveryIsAcknowledged() {
    isRefused(OfAnswers.class, "RETRYABLE_ANSWER is exempted: the exporter's delivery is ACK");
  }

  @Exempt(value = RETRYABLE_ANSWER, because = "nobody answers")
  static class OfAnswersToNobody extends TinyContract {
    @Override
    protected Exporter newExporter(URI backend) {
      return RecordingExporter.named("best-effort").delivering(Delivery.BEST_EFFORT);
    }
  }

  @Test
  void answersMayBeExemptedWhereDeliveryIsBestEffort() {
    holds(OfAnswersToNobody.class);
    isAborted(OfAnswersToNobody.class, RETRYABLE_ANSWER, "nobody answers");
  }

  @Exempt(value = ENCODES_ONCE, because = "it is small")
  static class OfEncoding extends TinyContract {}

  @Test
  void encodingOnceIsNotExemptedForAnExporterThatEncodes() {
    isRefused(OfEncoding.class, "ENCODES_ONCE is exempted: the exporter encodes through");
  }

  @Exempt(value = ENCODES_ONCE, because = "it encodes nothing")
  static class OfNoEncoding extends OfAnswersToNobody {}

  @Test
  void encodingOnceMayBeExemptedForAnExporterThatEncodesNothing() {
    holds(OfNoEncoding.class);
  }

  @Exempt(value = FOUND_BY_NAME, because = "it is no plugin")
  static class OfThePlugin extends TinyContract {}

  @Test
  void thePluginIsNotExemptedIfThereIsOne() {
    isRefused(OfThePlugin.class, "there is a provider named 'tiny'");
  }

  @Exempt(value = SETTINGS_ACCEPTED, because = "there are many")
  static class OfSettings extends TinyContract {}

  @Test
  void settingsOfAPluginAreNotExempted() {
    isRefused(OfSettings.class, "it applies to every plugin");
  }

  @Exempt(value = FOUND_BY_NAME, because = "it is no plugin")
  static class NoPlugin extends TinyContract {
    @Override
    protected String providerName(Exporter exporter) {
      return "absent";
    }
  }

  @Test
  void whatIsNoPluginHasNoSettings() {
    holds(NoPlugin.class);
    isAborted(NoPlugin.class, FOUND_BY_NAME, "it is no plugin");
    isAborted(NoPlugin.class, SETTINGS_ACCEPTED, "it is no plugin");
    isAborted(NoPlugin.class, SETTINGS_REFUSED, "it is no plugin");
  }

  static class WithoutSecrets extends TinyContract {
    @Override
    protected List<String> secrets() {
      return List.of();
    }
  }

  @Test
  void aPluginThatTakesSecretsIsGivenSome() {
    isRefused(WithoutSecrets.class, "it takes some, token");
  }

  // --- Exclusions by the backend ---

  static class AcknowledgedByNobody extends TinyContract {
    @Override
    protected ContractBackend newBackend() {
      return ContractBackend.none("nobody is there");
    }

    @Override
    protected Exporter newExporter(URI backend) {
      return RecordingExporter.named("acknowledged");
    }
  }

  @Test
  void whatIsAcknowledgedNeedsABackend() {
    isRefused(AcknowledgedByNobody.class, "ACKNOWLEDGED a backend that can go down");
  }

  static class ToNobody extends OfAnswersToNobody {
    @Override
    protected ContractBackend newBackend() {
      return ContractBackend.none("nobody is there");
    }
  }

  @Test
  void whatIsBestEffortNeedsNone() {
    holds(ToNobody.class);
    isAborted(ToNobody.class, SAME_BYTES, "nobody is there");
    TestExecutionResult result = Runs.of(ToNobody.class, DELIVERS_EACH_SIGNAL);
    assertThat(result.getStatus()).as(Runs.words(result)).isEqualTo(Status.SUCCESSFUL);
  }

  /** A backend over HTTP that says of itself what a test wants. */
  private static final class Excluding extends ForwardingBackend {
    private final Clause excluded;
    private final String because;

    Excluding(Clause excluded, String because) {
      super(HttpBackend.start());
      this.excluded = excluded;
      this.because = because;
    }

    @Override
    public Optional<String> cannotShow(Clause clause) {
      return clause == excluded ? Optional.of(because) : Optional.empty();
    }
  }

  static class ExcludingWhatIsNotItsOwn extends TinyContract {
    @Override
    protected ContractBackend newBackend() {
      return new Excluding(NAME, "names are dull");
    }
  }

  @Test
  void aBackendExcludesOnlyWhatDependsOnIt() {
    isRefused(ExcludingWhatIsNotItsOwn.class, "NAME is excluded: names are dull");
  }

  static class ExcludingWithoutReason extends TinyContract {
    @Override
    protected ContractBackend newBackend() {
      return new Excluding(RETRYABLE_ANSWER, "");
    }
  }

  @Test
  void aBackendNeedsAReason() {
    isRefused(ExcludingWithoutReason.class, "why the backend excludes RETRYABLE_ANSWER");
  }

  static class Excluded extends TinyContract {
    @Override
    protected ContractBackend newBackend() {
      return new Excluding(RETRYABLE_ANSWER, "it has no words for that");
    }
  }

  @Test
  void whatABackendExcludesIsAborted() {
    holds(Excluded.class);
    isAborted(Excluded.class, RETRYABLE_ANSWER, "it has no words for that");
    TestExecutionResult again = Runs.of(Excluded.class, Clause.SECOND_ATTEMPT);
    assertThat(again.getStatus()).as(Runs.words(again)).isEqualTo(Status.SUCCESSFUL);
  }

  // --- Backends that connect to the exporter ---

  static class Attaching extends TinyContract {
    static final AtomicReference<@Nullable Exporter> ATTACHED = new AtomicReference<>();

    @Override
    protected ContractBackend newBackend() {
      return new ForwardingBackend(HttpBackend.start()) {
        @Override
        public void attach(Exporter exporter) {
          ATTACHED.set(exporter);
        }
      };
    }
  }

  @Test
  void aBackendIsGivenEachExporter() {
    TestExecutionResult result = Runs.of(Attaching.class, DELIVERS_EACH_SIGNAL);
    assertThat(result.getStatus()).as(Runs.words(result)).isEqualTo(Status.SUCCESSFUL);
    assertThat(Attaching.ATTACHED.get()).isInstanceOf(TinyExporter.class);
  }

  @Test
  void theContractHasATestForEachClause() {
    Map<Clause, TestExecutionResult> results = Runs.of(TinyContract.class);
    assertThat(results).containsOnlyKeys(Clause.values());
  }
}
