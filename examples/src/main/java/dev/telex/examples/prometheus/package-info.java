/**
 * Metrics that Prometheus scrapes. Start reading at {@link
 * dev.telex.examples.prometheus.ScrapedShop}.
 */
@NullMarked
package dev.telex.examples.prometheus;

import org.jspecify.annotations.NullMarked;
