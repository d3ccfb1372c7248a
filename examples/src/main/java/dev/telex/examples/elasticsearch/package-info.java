/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Sends telemetry to Elasticsearch and asks for it again. Start reading at {@link
 * dev.telex.examples.elasticsearch.ToElasticsearch}.
 */
@NullMarked
package dev.telex.examples.elasticsearch;

import org.jspecify.annotations.NullMarked;
