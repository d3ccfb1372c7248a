/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.PropagationMode;

/**
 * Random chains over faulty leaves, and random things that happen to them: what the documentation
 * promises holds after every step.
 *
 * <p>A failure names the seed; {@code @Property(seed = "...")} runs it again.
 */
@Tag("slow")
@AddLifecycleHook(value = ChainModelSeed.class, propagateTo = PropagationMode.DIRECT_DESCENDANTS)
class ChainModelTest {

  // A field, because the JDK forgets the level of a logger that nobody holds.
  private static final Logger LOGGER = Logger.getLogger("dev.telex");

  @BeforeContainer
  static void beQuiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterContainer
  static void beLoud() {
    LOGGER.setLevel(null);
  }

  @Provide
  Arbitrary<ChainModelSetup> setups() {
    return ChainModelArbitraries.setups();
  }

  @Provide
  Arbitrary<List<ChainModelStep>> steps() {
    return ChainModelArbitraries.steps();
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
  void keepsItsPromises(
      @ForAll("setups") ChainModelSetup setup, @ForAll("steps") List<ChainModelStep> steps) {
    new ChainModel(setup).run(steps);
  }
}
