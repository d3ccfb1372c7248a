/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.testkit.Clause.Scope;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What a contract declares not to apply, by itself and through its backend. */
final class Exemptions {

  private final Map<Clause, String> reasons = new EnumMap<>(Clause.class);

  private Exemptions() {}

  /** The annotations of a class and of all above it. */
  static Exemptions of(Class<?> contract) {
    Exemptions exemptions = new Exemptions();
    for (Class<?> type = contract; type != null; type = type.getSuperclass()) {
      for (Exempt exempt : type.getDeclaredAnnotationsByType(Exempt.class)) {
        for (Clause clause : exempt.value()) {
          exemptions.reasons.putIfAbsent(clause, exempt.because());
        }
      }
    }
    return exemptions;
  }

  /** Why a clause does not apply, if so. */
  Optional<String> reason(Clause clause) {
    if (clause.scope() == Scope.PLUGIN && reasons.containsKey(Clause.FOUND_BY_NAME)) {
      return Optional.ofNullable(reasons.get(Clause.FOUND_BY_NAME));
    }
    return Optional.ofNullable(reasons.get(clause));
  }

  /** See {@link Clause#EXEMPTIONS_HOLD}. */
  static void hold(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Exemptions declared = of(trial.contract().getClass());
    for (Map.Entry<Clause, String> one : declared.reasons.entrySet()) {
      Clause clause = one.getKey();
      if (one.getValue().isBlank()) {
        throw trial.violated("a reason for the exemption of " + clause, "a blank one");
      }
      String checkable = declared.whyCheckable(trial, subject, clause);
      if (!checkable.isEmpty()) {
        throw trial.violated(
            "no exemption of what can be checked", clause + " is exempted: " + checkable);
      }
    }
    for (Clause clause : Clause.values()) {
      Optional<String> excluded = trial.backend().cannotShow(clause);
      if (excluded.isPresent()) {
        checkExcluded(trial, subject, clause, excluded.get());
      }
    }
    if (trial.contract().secrets().isEmpty()) {
      String secret =
          Plugins.of(trial.contract().getClass().getClassLoader())
              .secretSettings(trial.contract().providerName(subject.exporter()));
      if (!secret.isEmpty()) {
        throw trial.violated(
            "secrets() names one that newExporter() gave to the exporter: it takes some, " + secret,
            "none");
      }
    }
  }

  /** Empty if it is not. */
  private String whyCheckable(Trial trial, Subject subject, Clause clause) throws Exception {
    return switch (clause.scope()) {
      case ALWAYS -> "it applies to every exporter";
      case BACKEND ->
          trial.acknowledged(subject)
              ? "the exporter's delivery is ACKNOWLEDGED, and only a backend can exclude it then"
              : "";
      case ENCODING -> {
        Batch batch = trial.batch(subject, 1);
        subject.export(batch);
        yield batch.encodingStats().encodings() > 0
            ? "the exporter encodes through its batches"
            : "";
      }
      case REASON -> "";
      case PLUGIN -> {
        String name = trial.contract().providerName(subject.exporter());
        boolean visible =
            !Plugins.of(trial.contract().getClass().getClassLoader()).named(name).isEmpty();
        if (clause != Clause.FOUND_BY_NAME && !reasons.containsKey(Clause.FOUND_BY_NAME)) {
          yield "it applies to every plugin";
        }
        yield visible ? "there is a provider named '" + name + "'" : "";
      }
    };
  }

  private static void checkExcluded(Trial trial, Subject subject, Clause clause, String reason) {
    if (reason.isBlank()) {
      throw trial.violated("a reason why the backend excludes " + clause, "a blank one");
    }
    if (clause.scope() != Scope.BACKEND && clause.scope() != Scope.REASON) {
      throw trial.violated(
          "a backend excludes only what depends on it", clause + " is excluded: " + reason);
    }
    if (clause == Clause.BACKEND_DOWN && trial.acknowledged(subject)) {
      throw trial.violated(
          "for an exporter whose delivery is ACKNOWLEDGED a backend that can go down",
          "it cannot: " + reason);
    }
  }
}
