/**
 * Elasticsearch data streams: {@link dev.telex.exporter.elasticsearch.ElasticsearchExporter}, and
 * its provider of the name {@code elasticsearch}.
 */
@NullMarked
package dev.telex.exporter.elasticsearch;

import org.jspecify.annotations.NullMarked;
