/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.opentelemetry.api.internal;

import org.jspecify.annotations.Nullable;

/**
 * What OpenTelemetry has as {@code io.opentelemetry.common.impl.ConfigUtil} now, where the newest
 * instrumentation that there is yet looks for it.
 */
public final class ConfigUtil {

  private ConfigUtil() {}

  public static <T> T defaultIfNull(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  public static String getString(String key, String otherwise) {
    return io.opentelemetry.common.impl.ConfigUtil.getString(key, otherwise);
  }
}
