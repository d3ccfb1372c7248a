/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

/**
 * What a faulty leaf makes of one call.
 *
 * @param kind what it answers and what it really delivers
 * @param when when it answers
 * @param mask chooses items where the kind is about some of them
 * @param named whether it says which items it refused
 * @param retryAfterMillis the delay that it asks for; 0 for none
 */
record ChainModelAnswer(Kind kind, When when, int mask, boolean named, int retryAfterMillis) {

  /** What is answered. */
  enum Kind {
    /** Delivers all. */
    SUCCESS,
    /** Refuses some, maybe none: then it is a warning. Delivers the others. */
    PARTIAL,
    /** Delivers nothing. */
    RETRYABLE,
    /** Wants some again, refuses some, and delivers the others. */
    REMAINDER,
    /** Delivers all and wants nothing again, but says RETRYABLE. */
    EMPTY_REMAINDER,
    /** Delivers all and wants items again that it was not given. */
    FOREIGN_REMAINDER,
    /** Delivers nothing, and says that it refused more than there is. */
    REJECTS_TOO_MANY,
    PERMANENT,
    SHUTDOWN,
    /** Delivers some, but the answer is lost. */
    LOST,
    /** Its stage fails with an exception that says that nothing was sent. */
    NOT_REACHED,
    /** Throws, or its stage fails, with something unexpected. */
    THROW,
    /** As THROW, with an Error. */
    ERROR,
    /** As THROW, with a VirtualMachineError. */
    VM_ERROR,
    NULL_STAGE,
    NULL_RESULT;

    /** Whether what such an answer says of the items adds up. */
    boolean isHonest() {
      return this != EMPTY_REMAINDER && this != FOREIGN_REMAINDER && this != REJECTS_TOO_MANY;
    }
  }

  /** When it is answered. */
  enum When {
    NOW,
    /** When the model says so; a cancellation is ignored. */
    LATER,
    /** As LATER, but a cancellation aborts the call: nothing is delivered. */
    UNLESS_ABORTED,
    /** As LATER, but a cancellation lets it answer at once. */
    WHEN_CANCELLED,
    /** As WHEN_CANCELLED; that callback then throws. */
    THROWS_WHEN_CANCELLED,
    NEVER
  }

  /** Whether the mask chooses the item of this index. */
  boolean chooses(int index) {
    return (mask >> (index % 8) & 1) != 0;
  }

  @Override
  public String toString() {
    return kind
        + (when == When.NOW ? "" : " " + when)
        + switch (kind) {
          case PARTIAL, REMAINDER, LOST -> " " + Integer.toBinaryString(mask) + (named ? "!" : "");
          default -> "";
        }
        + (retryAfterMillis == 0 ? "" : " after " + retryAfterMillis + " ms");
  }
}
