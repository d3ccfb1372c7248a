/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What became of the items of one batch: a value, never an exception.
 *
 * <p>The exporter that spoke with the backend decides the {@link Status} by the rules of its
 * protocol; decorators act on it and on nothing else. Immutable; each {@code with…} gives a copy.
 */
public final class ExportResult {

  /**
   * The kind of a result, mildest first: the order in which a fan-out takes the worst of its legs.
   */
  public enum Status {
    /** Every item was delivered. */
    SUCCESS,
    /**
     * The backend answered for good: it took some items, or all with a warning, and refused the
     * rest. Nothing of it must be sent again.
     */
    PARTIAL,
    /**
     * Nothing was delivered, and sending the same again would not help. Where several attempts are
     * summed up, this is the kind of the last one, and {@link #remainder()} what it was about.
     */
    PERMANENT,
    /**
     * It may help to send the items again: all of them, or the {@link #remainder()} if there is
     * one.
     */
    RETRYABLE,
    /** The exporter is shut down, or was before it was done; what is left was not delivered. */
    SHUTDOWN
  }

  private static final int NO_STATUS_CODE = Integer.MIN_VALUE;

  /** Messages come from backends and exceptions, of any length; a log line can hold this one. */
  private static final int MAX_MESSAGE_CHARS = 1024;

  private final Status status;
  private final int accepted;
  private final int fellBack;
  private final List<Rejection> rejections;
  private final @Nullable Batch remainder;
  private final @Nullable Batch refused;
  private final @Nullable Duration retryAfter;
  private final int statusCode;
  private final @Nullable String message;
  private final @Nullable Throwable cause;
  private final boolean outcomeUnknown;
  private final List<Leg> legs;

  private ExportResult(Fields fields) {
    this.status = fields.status;
    this.accepted = fields.accepted;
    this.fellBack = fields.fellBack;
    this.rejections = fields.rejections;
    this.remainder = fields.remainder;
    this.refused = fields.refused;
    this.retryAfter = fields.retryAfter;
    this.statusCode = fields.statusCode;
    this.message = fields.message;
    this.cause = fields.cause;
    this.outcomeUnknown = fields.outcomeUnknown;
    this.legs = fields.legs;
  }

  /** Success of something that carries no items, such as a flush. */
  public static ExportResult success() {
    return new Fields(Status.SUCCESS).build();
  }

  /** All items of the batch were delivered. */
  public static ExportResult success(Batch batch) {
    Fields fields = new Fields(Status.SUCCESS);
    fields.accepted = batch.itemCount();
    return fields.build();
  }

  /**
   * The backend took the batch but for the rejected items, which must not be sent again.
   *
   * @param rejections may name more items than the batch has; accepted is then 0
   */
  public static ExportResult partial(Batch batch, List<Rejection> rejections) {
    Fields fields = new Fields(Status.PARTIAL);
    fields.rejections = List.copyOf(rejections);
    fields.accepted = atLeastZero((long) batch.itemCount() - count(rejections));
    return fields.build();
  }

  /** Nothing was delivered yet; sending the batch again may help. */
  public static ExportResult retryable(String message) {
    return new Fields(Status.RETRYABLE).message(message).build();
  }

  /**
   * Some items should be sent again, the others are settled.
   *
   * @param batch what was sent
   * @param remainder the items of it that should be sent again, at least one
   * @param rejections items of it that were refused for good; all others were delivered
   */
  public static ExportResult retryable(
      Batch batch, Batch remainder, List<Rejection> rejections, String message) {
    Fields fields = new Fields(Status.RETRYABLE).message(message);
    fields.remainder = remainder;
    fields.rejections = List.copyOf(rejections);
    fields.accepted =
        atLeastZero((long) batch.itemCount() - remainder.itemCount() - count(rejections));
    return fields.build();
  }

  /** Nothing was delivered, and sending it again would not help. */
  public static ExportResult permanent(String message) {
    return new Fields(Status.PERMANENT).message(message).build();
  }

  /** The exporter is shut down and did not take the items. */
  public static ExportResult shutdown(String message) {
    return new Fields(Status.SHUTDOWN).message(message).build();
  }

  /** The exporter does not carry the signal of this batch: {@link Status#PERMANENT}. */
  public static ExportResult unsupported(String exporterName, Batch batch) {
    return permanent(exporterName + " does not carry " + batch.signal().id());
  }

  /**
   * The result of an export that ended with an exception, for those who know no better than its
   * type.
   *
   * <p>{@link IOException}, {@link TimeoutException}, {@link InterruptedException}, {@link
   * CancellationException} and {@link RejectedExecutionException} are {@link Status#RETRYABLE},
   * everything else is {@link Status#PERMANENT}. A plugin that sees a status of its protocol
   * decides by that instead. What a {@link CompletionException}, {@link ExecutionException} or
   * {@link UncheckedIOException} wraps is judged in its place. All but those that say that the
   * backend was never reached are {@link #outcomeUnknown()} when they are retryable.
   *
   * <p>An {@link InterruptedException} that is not wrapped was thrown on this thread: its interrupt
   * is restored.
   *
   * @throws VirtualMachineError if the failure is one: it is not swallowed
   */
  public static ExportResult failure(Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return failureElsewhere(failure);
  }

  /** As {@link #failure}, of an exception that another thread may have thrown. */
  static ExportResult failureElsewhere(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof VirtualMachineError error) {
      throw error;
    }
    boolean neverSent =
        cause instanceof ConnectException
            || cause instanceof UnknownHostException
            || cause instanceof NoRouteToHostException
            || cause instanceof RejectedExecutionException;
    boolean maybeSent =
        cause instanceof IOException
            || cause instanceof TimeoutException
            || cause instanceof InterruptedException
            || cause instanceof CancellationException;
    ExportResult result =
        neverSent || maybeSent ? retryable(cause.toString()) : permanent(cause.toString());
    result = result.withCause(cause);
    return maybeSent && !neverSent ? result.withOutcomeUnknown() : result;
  }

  /**
   * The result of a fan-out that waits for all of its legs: the worst of their results, without
   * what is left of its items, because that differs from leg to leg. {@link #accepted()} is the
   * least that a leg delivered, {@link #outcomeUnknown()} is set if any leg's is, and {@link
   * #legs()} are these.
   *
   * @param legs at least one
   */
  public static ExportResult ofLegs(List<Leg> legs) {
    ExportResult worst = legs.get(0).result();
    String worstName = legs.get(0).name();
    int accepted = Integer.MAX_VALUE;
    int settled = Integer.MAX_VALUE;
    boolean unknown = false;
    for (Leg leg : legs) {
      accepted = Math.min(accepted, leg.result().accepted());
      settled = Math.min(settled, leg.result().accepted() + leg.result().fellBack());
      unknown |= leg.result().outcomeUnknown();
      if (leg.result().status().compareTo(worst.status()) > 0) {
        worst = leg.result();
        worstName = leg.name();
      }
    }
    Fields fields = new Fields(worst);
    fields.accepted = accepted;
    fields.fellBack = settled - accepted;
    fields.outcomeUnknown = unknown;
    fields.remainder = null;
    fields.refused = null;
    fields.legs = List.copyOf(legs);
    if (worst.message != null) {
      fields.message(worstName + ": " + worst.message);
    }
    return fields.build();
  }

  /** The one of two results whose status is worse; the first if they are alike. */
  public static ExportResult worse(ExportResult one, ExportResult other) {
    return other.status.compareTo(one.status) > 0 ? other : one;
  }

  /** The kind of this result. */
  public Status status() {
    return status;
  }

  /** Whether the backend answered for good and took what it wanted: SUCCESS or PARTIAL. */
  public boolean isDelivered() {
    return status == Status.SUCCESS || status == Status.PARTIAL;
  }

  /** How many items were delivered; of a fan-out: by the leg that delivered the fewest. */
  public int accepted() {
    return accepted;
  }

  /** How many items a fallback took instead; they are not among the accepted ones. */
  public int fellBack() {
    return fellBack;
  }

  /**
   * How many items were refused for good: the sum of {@link #rejections()}, or {@link
   * Integer#MAX_VALUE} if a backend claims more.
   */
  public int rejected() {
    return count(rejections);
  }

  /** What was refused for good, and why. */
  public List<Rejection> rejections() {
    return rejections;
  }

  /**
   * The items that are not settled, if not all of them: to be sent again or handed to a fallback.
   * Empty with SUCCESS and PARTIAL, which settle everything.
   */
  public Optional<Batch> remainder() {
    return Optional.ofNullable(remainder);
  }

  /** The items that were refused for good, where the backend says which. */
  public Optional<Batch> refused() {
    return Optional.ofNullable(refused);
  }

  /** How long the backend asks to wait before the next attempt; never negative. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The status code of the protocol, for instance of HTTP. */
  public OptionalInt statusCode() {
    return statusCode == NO_STATUS_CODE ? OptionalInt.empty() : OptionalInt.of(statusCode);
  }

  /** Why, in words for a log line; at most 1024 characters, holds no secret. */
  public Optional<String> message() {
    return Optional.ofNullable(message);
  }

  /** The exception behind the result, if there is one. */
  public Optional<Throwable> cause() {
    return Optional.ofNullable(cause);
  }

  /**
   * Whether the backend may have taken items although no answer arrived: the answer was lost, or
   * the export was cancelled while under way. What is sent again after it may arrive twice.
   */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }

  /** The results of several exporters that this one was made of; empty for a single exporter. */
  public List<Leg> legs() {
    return legs;
  }

  /**
   * With the delay that the backend asked for.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ExportResult withRetryAfter(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("retryAfter is " + delay + ": want zero or more");
    }
    Fields fields = new Fields(this);
    fields.retryAfter = delay;
    return fields.build();
  }

  /** With the status code of the protocol. */
  public ExportResult withStatusCode(int code) {
    Fields fields = new Fields(this);
    fields.statusCode = code;
    return fields.build();
  }

  /** With a message for a log line, of which the first 1024 characters are kept. */
  public ExportResult withMessage(String words) {
    return new Fields(this).message(words).build();
  }

  /** With the exception behind it. */
  public ExportResult withCause(Throwable failure) {
    Fields fields = new Fields(this);
    fields.cause = failure;
    return fields.build();
  }

  /**
   * With the number of items that a fallback took.
   *
   * @param items zero or more
   */
  public ExportResult withFellBack(int items) {
    Fields fields = new Fields(this);
    fields.fellBack = items;
    return fields.build();
  }

  /**
   * With the items that the backend refused for good.
   *
   * @param items or null if nobody says which
   */
  public ExportResult withRefused(@Nullable Batch items) {
    Fields fields = new Fields(this);
    fields.refused = items;
    return fields.build();
  }

  /** With {@link #outcomeUnknown()} set. */
  public ExportResult withOutcomeUnknown() {
    Fields fields = new Fields(this);
    fields.outcomeUnknown = true;
    return fields.build();
  }

  /** With the results that it was made of. */
  public ExportResult withLegs(List<Leg> results) {
    Fields fields = new Fields(this);
    fields.legs = List.copyOf(results);
    return fields.build();
  }

  /**
   * This result for a decorator that gave up, with another status and the counts of all attempts.
   *
   * @param status the status of the whole
   * @param accepted items delivered by all attempts together
   * @param rejections refusals of all attempts together
   * @param remainder what is left to send, or null for none or all
   */
  public ExportResult summed(
      Status status, int accepted, List<Rejection> rejections, @Nullable Batch remainder) {
    Fields fields = new Fields(this);
    fields.status = status;
    fields.accepted = accepted;
    fields.rejections = List.copyOf(rejections);
    fields.remainder = remainder;
    return fields.build();
  }

  /** This result as a completed stage, for an exporter that answers at once. */
  public CompletionStage<ExportResult> completed() {
    return CompletableFuture.completedFuture(this);
  }

  /** The status and what is there of the rest, without the causes' stack traces. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(status.name());
    text.append("[accepted=").append(accepted);
    if (fellBack > 0) {
      text.append(", fellBack=").append(fellBack);
    }
    if (!rejections.isEmpty()) {
      text.append(", rejected=").append(rejected());
    }
    if (remainder != null) {
      text.append(", remainder=").append(remainder.itemCount());
    }
    if (statusCode != NO_STATUS_CODE) {
      text.append(", statusCode=").append(statusCode);
    }
    if (retryAfter != null) {
      text.append(", retryAfter=").append(retryAfter);
    }
    if (outcomeUnknown) {
      text.append(", outcome unknown");
    }
    if (message != null) {
      text.append(", ").append(message);
    }
    return text.append(']').toString();
  }

  private static int atLeastZero(long count) {
    return (int) Math.max(0, count);
  }

  private static int count(List<Rejection> rejections) {
    // The counts are a backend's word: their sum may be beyond an int.
    long sum = rejections.stream().mapToLong(Rejection::count).sum();
    return (int) Math.min(Integer.MAX_VALUE, sum);
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException
            || cause instanceof ExecutionException
            || cause instanceof UncheckedIOException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The one mutable copy of the fields, between two results. */
  private static final class Fields {
    private Status status;
    private int accepted;
    private int fellBack;
    private List<Rejection> rejections = List.of();
    private @Nullable Batch remainder;
    private @Nullable Batch refused;
    private @Nullable Duration retryAfter;
    private int statusCode = NO_STATUS_CODE;
    private @Nullable String message;
    private @Nullable Throwable cause;
    private boolean outcomeUnknown;
    private List<Leg> legs = List.of();

    Fields(Status status) {
      this.status = status;
    }

    Fields(ExportResult result) {
      this.status = result.status;
      this.accepted = result.accepted;
      this.fellBack = result.fellBack;
      this.rejections = result.rejections;
      this.remainder = result.remainder;
      this.refused = result.refused;
      this.retryAfter = result.retryAfter;
      this.statusCode = result.statusCode;
      this.message = result.message;
      this.cause = result.cause;
      this.outcomeUnknown = result.outcomeUnknown;
      this.legs = result.legs;
    }

    // Null is taken for none: it often is the message of an exception.
    Fields message(@Nullable String words) {
      if (words == null || words.length() <= MAX_MESSAGE_CHARS) {
        this.message = words;
      } else {
        int end = MAX_MESSAGE_CHARS - 1;
        end -= Character.isHighSurrogate(words.charAt(end - 1)) ? 1 : 0;
        this.message = words.substring(0, end) + "\u2026";
      }
      return this;
    }

    ExportResult build() {
      return new ExportResult(this);
    }
  }
}
