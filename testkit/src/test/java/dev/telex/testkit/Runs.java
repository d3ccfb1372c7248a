/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs a contract as JUnit does, and tells what became of each clause. */
final class Runs {

  private Runs() {}

  static Map<Clause, TestExecutionResult> of(Class<? extends ExporterContract> contract) {
    Map<Clause, TestExecutionResult> results = new EnumMap<>(Clause.class);
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(contract))
        .execute()
        .testEvents()
        .finished()
        .stream()
        .forEach(event -> results.put(clause(event), result(event)));
    return results;
  }

  /** The clauses whose tests ended so. */
  static Set<Clause> with(
      Map<Clause, TestExecutionResult> results, TestExecutionResult.Status status) {
    Set<Clause> clauses = EnumSet.noneOf(Clause.class);
    results.forEach(
        (clause, result) -> {
          if (result.getStatus() == status) {
            clauses.add(clause);
          }
        });
    return clauses;
  }

  /** The message of the test of a clause, if it did not pass. */
  static String words(Map<Clause, TestExecutionResult> results, Clause clause) {
    TestExecutionResult result = Objects.requireNonNull(results.get(clause));
    return String.valueOf(result.getThrowable().map(Throwable::getMessage).orElse(""));
  }

  private static Clause clause(Event event) {
    Method method =
        ((MethodSource) event.getTestDescriptor().getSource().orElseThrow()).getJavaMethod();
    return method.getAnnotation(Checks.class).value();
  }

  private static TestExecutionResult result(Event event) {
    return event.getRequiredPayload(TestExecutionResult.class);
  }
}
