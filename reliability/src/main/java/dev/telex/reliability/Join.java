/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Leg;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a fan-out waits for before it answers. Immutable.
 *
 * <p>With {@link #ANY} and {@link #quorum} only the answers of legs count that are {@linkplain
 * dev.telex.exporter.Delivery#ACKNOWLEDGED acknowledged}. As soon as enough of them are SUCCESS the
 * fan-out answers with success; the other legs run on, are told to listeners, and are awaited by
 * flush and shutdown. When all legs have answered and there were not enough, a leg that is PARTIAL
 * counts as well, since it settled every item; if that is still not enough, the answer is the worst
 * of the acknowledged legs, without what was delivered: all of the batch is left.
 */
public final class Join {

  /**
   * All legs. The answer is that of the worst leg; what each leg made of the batch stands in {@link
   * ExportResult#legs()}. The order is SUCCESS, PARTIAL, PERMANENT, RETRYABLE, SHUTDOWN.
   */
  public static final Join ALL = new Join("ALL", Integer.MAX_VALUE);

  /** The first acknowledged success; the same as a quorum of 1. */
  public static final Join ANY = new Join("ANY", 1);

  private final String name;
  private final int wanted;

  private Join(String name, int wanted) {
    this.name = name;
    this.wanted = wanted;
  }

  /**
   * As many acknowledged successes.
   *
   * @param legs 1 or more; no more than there are acknowledged legs for any signal
   * @throws IllegalArgumentException if it is less than 1
   */
  public static Join quorum(int legs) {
    if (legs < 1) {
      throw new IllegalArgumentException("quorum is " + legs + ": want 1 or more");
    }
    return legs == 1 ? ANY : new Join("quorum(" + legs + ")", legs);
  }

  /** Whether it wants an answer of each leg. */
  boolean isAll() {
    return wanted == Integer.MAX_VALUE;
  }

  /** How many acknowledged successes it wants, unless it {@linkplain #isAll wants all}. */
  int wanted() {
    return wanted;
  }

  /**
   * The answer of the fan-out, if it can be given.
   *
   * @param answered all legs that have answered so far
   * @param acknowledged those of them that count
   * @param last whether no more will answer
   */
  Optional<ExportResult> answer(List<Leg> answered, List<Leg> acknowledged, boolean last) {
    if (isAll()) {
      return last ? Optional.of(ExportResult.ofLegs(answered)) : Optional.empty();
    }
    List<Leg> best =
        acknowledged.stream()
            .sorted(Comparator.comparing((Leg leg) -> leg.result().status()))
            .limit(wanted)
            .toList();
    if (best.size() == wanted) {
      Status worstOfBest = best.get(wanted - 1).result().status();
      if (worstOfBest == Status.SUCCESS || (last && worstOfBest == Status.PARTIAL)) {
        return Optional.of(ExportResult.ofLegs(best).withLegs(answered));
      }
    }
    return last ? Optional.of(nothing(acknowledged).withLegs(answered)) : Optional.empty();
  }

  /** The worst of some legs, of whose items all are left. */
  private static ExportResult nothing(List<Leg> legs) {
    ExportResult worst = ExportResult.ofLegs(legs);
    return worst.summed(worst.status(), 0, List.of(), null).withFellBack(0);
  }

  @Override
  public String toString() {
    return name;
  }
}
