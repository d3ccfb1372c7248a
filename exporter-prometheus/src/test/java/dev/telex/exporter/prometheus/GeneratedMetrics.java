/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Metrics of all kinds, most of them with something that no instrument of the SDK would give: made
 * of a seed.
 */
final class GeneratedMetrics {

  /** So that names and keys meet. */
  private static final String[] NAMES = {
    "",
    "a",
    "a.b",
    "a_b",
    "a-b",
    "a..b",
    "a_total",
    "a.total",
    "a_total_total_total",
    "a_created",
    "a.created",
    "a_count",
    "a_sum",
    "a_bucket",
    "a_info",
    "a_seconds",
    "a_seconds_total",
    "_total",
    "total",
    "9",
    "__",
    "_a",
    "target",
    "target_info",
    "target.info",
    "le",
    "quantile",
    "__name__",
    "otel_scope_name",
    "otel.scope.name",
    "service.name",
    "日本",
    "ä.ö",
    "a\nb",
    "a\"b\\",
    "{}",
    "\ud800",
    "x\udc00y",
    "😀",
    " ",
    "seconds",
    "trace_id",
    "span_id",
    "a:b",
    "A"
  };

  private static final String[] UNITS = {
    "", "1", "s", "By", "By/s", "{x}", "{x}/s", "%", "/", "1/", "s/1", "ä", "__", "total", "info",
    "{", "s}", "\ud800", "a b", "m/s/s", ".", ":"
  };
  private static final double[] REALS = {
    0,
    -0.0,
    1,
    -1,
    1.5,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    Double.MIN_VALUE,
    1e-300,
    -1e18
  };
  private static final long[] WHOLES = {0, 1, 7, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53};
  private static final long[] NANOS = {
    0, 1, -1, 1_700_000_000_123_456_789L, 999_999, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private static final List<MetricDataType> TYPES = List.of(MetricDataType.values());

  private final Random random;

  private GeneratedMetrics(long seed) {
    this.random = new Random(seed);
  }

  /**
   * Several metrics.
   *
   * @param broken whether some of them may have points of another type than they say
   */
  static List<MetricData> of(long seed, boolean broken) {
    GeneratedMetrics generator = new GeneratedMetrics(seed);
    return generator.several(12, () -> generator.metric(broken));
  }

  private MetricData metric(boolean broken) {
    MetricDataType type = TYPES.get(random.nextInt(TYPES.size()));
    MetricDataType said =
        broken && random.nextInt(30) == 0 ? TYPES.get(random.nextInt(TYPES.size())) : type;
    return new StoredMetric(resource(), scope(), name(), name(), pick(UNITS), said, data(type));
  }

  /** Of which the SDK wants ASCII. */
  private Resource resource() {
    AttributesBuilder attributes = Attributes.builder();
    for (int i = random.nextInt(4); i > 0; i--) {
      String key = name().replaceAll("[^\\x21-\\x7e]", "");
      if (!key.isEmpty()) {
        attributes.put(key, "value");
      }
    }
    return Resource.create(attributes.build());
  }

  private InstrumentationScopeInfo scope() {
    return switch (random.nextInt(3)) {
      case 0 -> InstrumentationScopeInfo.empty();
      case 1 -> InstrumentationScopeInfo.create("one");
      default ->
          InstrumentationScopeInfo.builder(name())
              .setVersion(name())
              .setSchemaUrl(name())
              .setAttributes(attributes())
              .build();
    };
  }

  private Data<?> data(MetricDataType type) {
    AggregationTemporality temporality =
        random.nextInt(8) == 0 ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
    boolean monotonic = random.nextBoolean();
    return switch (type) {
      case LONG_GAUGE -> GaugeData.createLongGaugeData(several(4, this::wholePoint));
      case DOUBLE_GAUGE -> GaugeData.createDoubleGaugeData(several(4, this::realPoint));
      case LONG_SUM ->
          SumData.createLongSumData(monotonic, temporality, several(4, this::wholePoint));
      case DOUBLE_SUM ->
          SumData.createDoubleSumData(monotonic, temporality, several(4, this::realPoint));
      case HISTOGRAM -> HistogramData.create(temporality, several(4, this::histogramPoint));
      case EXPONENTIAL_HISTOGRAM ->
          ExponentialHistogramData.create(temporality, several(4, this::exponentialPoint));
      case SUMMARY -> SummaryData.create(several(4, this::summaryPoint));
    };
  }

  private LongPointData wholePoint() {
    return LongPointData.create(nanos(), nanos(), attributes(), pick(WHOLES));
  }

  private DoublePointData realPoint() {
    return DoublePointData.create(
        nanos(), nanos(), attributes(), pick(REALS), several(3, this::exemplar));
  }

  private HistogramPointData histogramPoint() {
    List<Double> boundaries = several(4, () -> pick(REALS));
    if (random.nextBoolean()) {
      boundaries = boundaries.stream().filter(Double::isFinite).distinct().sorted().toList();
    }
    int size = boundaries.size() + (random.nextInt(4) == 0 ? random.nextInt(3) - 1 : 1);
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      counts.add(random.nextInt(20) == 0 ? pick(WHOLES) : random.nextInt(100));
    }
    return new TestHistogramPoint(
        nanos(),
        nanos(),
        attributes(),
        pick(REALS),
        boundaries,
        counts,
        several(3, this::exemplar));
  }

  private ExponentialHistogramPointData exponentialPoint() {
    int scale = random.nextInt(32) - 8;
    return ExponentialHistogramPointData.create(
        scale,
        pick(REALS),
        random.nextInt(5) == 0 ? pick(WHOLES) : random.nextInt(9),
        false,
        0,
        false,
        0,
        buckets(scale),
        buckets(scale),
        nanos(),
        nanos(),
        attributes(),
        several(3, this::exemplar));
  }

  private ExponentialHistogramBuckets buckets(int scale) {
    int[] offsets = {0, 1, -1, -7, 100, Integer.MAX_VALUE, Integer.MIN_VALUE};
    return ExponentialHistogramBuckets.create(
        scale,
        offsets[random.nextInt(offsets.length)],
        several(8, () -> random.nextInt(30) == 0 ? pick(WHOLES) : (long) random.nextInt(4)));
  }

  private SummaryPointData summaryPoint() {
    double[] quantiles = {0, 0.5, 0.99, 1, 1.1, -0.1, Double.NaN};
    return SummaryPointData.create(
        nanos(),
        nanos(),
        attributes(),
        pick(WHOLES),
        pick(REALS),
        several(3, () -> ValueAtQuantile.create(quantiles[random.nextInt(7)], pick(REALS))));
  }

  private DoubleExemplarData exemplar() {
    SpanContext context =
        random.nextBoolean()
            ? SpanContext.getInvalid()
            : SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.getDefault());
    return DoubleExemplarData.create(attributes(), nanos(), context, pick(REALS));
  }

  private Attributes attributes() {
    AttributesBuilder attributes = Attributes.builder();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      String key = name();
      switch (random.nextInt(4)) {
        case 0 -> attributes.put(key, random.nextBoolean());
        case 1 -> attributes.put(AttributeKey.stringArrayKey(key), List.of(name(), name()));
        case 2 -> attributes.put(key, pick(REALS));
        default -> attributes.put(key, random.nextInt(9) == 0 ? name().repeat(60) : name());
      }
    }
    return attributes.build();
  }

  private String name() {
    if (random.nextInt(5) > 0) {
      return pick(NAMES);
    }
    StringBuilder name = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      name.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
    }
    return name.toString();
  }

  private long nanos() {
    return pick(NANOS);
  }

  private <T> List<T> several(int below, Supplier<T> one) {
    List<T> all = new ArrayList<>();
    int size = random.nextInt(below);
    for (int i = 0; i < size; i++) {
      all.add(one.get());
    }
    return all;
  }

  private String pick(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private double pick(double[] of) {
    return of[random.nextInt(of.length)];
  }

  private long pick(long[] of) {
    return of[random.nextInt(of.length)];
  }
}
