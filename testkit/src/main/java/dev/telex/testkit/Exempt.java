/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that clauses do not apply to the exporter of an {@link ExporterContract}. Their tests
 * are aborted, and the report shows the reason. It holds for subclasses too.
 *
 * <p>{@link Clause#EXEMPTIONS_HOLD} fails if such a clause could have been checked: most apply to
 * every exporter, and what depends on the backend may be exempted only for an exporter whose
 * delivery is BEST_EFFORT. Prefer a {@link ContractBackend} that says itself what it cannot do.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Exempt.List.class)
public @interface Exempt {

  /** The clauses that do not apply. */
  Clause[] value();

  /** Why they do not; not blank. */
  String because();

  /** Several of them. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  @interface List {
    /** The exemptions. */
    Exempt[] value();
  }
}
