/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * A setting is unknown, missing or wrong. The message names the setting, its value unless that is
 * secret, and what would be right.
 */
public final class ConfigurationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** With the whole message. */
  public ConfigurationException(String message) {
    super(message);
  }

  /** With the whole message and what was behind it. */
  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
