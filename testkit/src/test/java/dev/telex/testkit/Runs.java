/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs a contract as JUnit does, and tells what became of each clause. */
final class Runs {

  private Runs() {}

  static Map<Clause, TestExecutionResult> of(Class<? extends ExporterContract> contract) {
    return of(selectClass(contract));
  }

  /** Runs the test of one clause. */
  static TestExecutionResult of(Class<? extends ExporterContract> contract, Clause clause) {
    Method test =
        Arrays.stream(ExporterContract.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Checks.class))
            .filter(method -> method.getAnnotation(Checks.class).value() == clause)
            .findFirst()
            .orElseThrow();
    return Objects.requireNonNull(of(selectMethod(contract, test)).get(clause));
  }

  private static Map<Clause, TestExecutionResult> of(DiscoverySelector selector) {
    Map<Clause, TestExecutionResult> results = new EnumMap<>(Clause.class);
    EngineTestKit.engine("junit-jupiter")
        .selectors(selector)
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
    return words(Objects.requireNonNull(results.get(clause)));
  }

  static String words(TestExecutionResult result) {
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
