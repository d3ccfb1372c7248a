/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A setting that a plugin declares: its key, its type, and what it is for. Immutable.
 *
 * <pre>{@code
 * static final Setting<Duration> TIMEOUT =
 *     Setting.duration("timeout", "of one attempt").withDefault(Duration.ofSeconds(10));
 * }</pre>
 *
 * @param <T> the type of its values
 */
public final class Setting<T> {

  /** Reads a value; throws {@link IllegalArgumentException} if the text is none. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(String text);
  }

  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h)");

  /** The user and password of a URL, also of one that is not well-formed. */
  private static final Pattern USER_INFO = Pattern.compile("//.*@", Pattern.DOTALL);

  private final String key;
  private final String description;
  private final String wanted;
  private final Parser<T> parser;
  private final boolean secret;
  private final boolean required;
  private final @Nullable T defaultValue;

  private Setting(
      String key,
      String description,
      String wanted,
      Parser<T> parser,
      boolean secret,
      boolean required,
      @Nullable T defaultValue) {
    this.key = key;
    this.description = description;
    this.wanted = wanted;
    this.parser = parser;
    this.secret = secret;
    this.required = required;
    this.defaultValue = defaultValue;
  }

  /** Any text. */
  public static Setting<String> string(String key, String description) {
    return of(key, description, "a text", text -> text);
  }

  /** A text that no message and no log line may show, such as a password. */
  public static Setting<String> secret(String key, String description) {
    return string(key, description).asSecret();
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> bool(String key, String description) {
    return of(
        key,
        description,
        "true or false",
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  /** A whole number from {@code min} to {@code max}. */
  public static Setting<Integer> integer(String key, String description, int min, int max) {
    return of(
        key,
        description,
        "a whole number from " + min + " to " + max,
        text -> {
          int value = Integer.parseInt(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /** A time with its unit, {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, or as ISO 8601. */
  public static Setting<Duration> duration(String key, String description) {
    return of(
        key,
        description,
        "a time with its unit, such as 500ms, 10s, 2m, 1h or PT10S",
        Setting::parseDuration);
  }

  /** An absolute URI with a host. A user and password in it are not shown in messages. */
  public static Setting<URI> uri(String key, String description) {
    return of(
        key,
        description,
        "an absolute URI with a host, such as https://collector:4318",
        text -> {
          try {
            URI uri = new URI(text);
            if (uri.getScheme() == null || uri.getHost() == null) {
              throw new IllegalArgumentException();
            }
            return uri;
          } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  /** A path of the file system. */
  public static Setting<Path> path(String key, String description) {
    return of(
        key,
        description,
        "a path",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  /** One of the constants of an enum, in any case, with {@code -} or {@code _} between words. */
  public static <E extends Enum<E>> Setting<E> choice(
      String key, String description, Class<E> type) {
    Map<String, E> known = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      known.put(choiceName(constant.name()), constant);
    }
    return of(
        key,
        description,
        "one of " + String.join(", ", known.keySet()),
        text -> {
          E value = known.get(choiceName(text));
          if (value == null) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /**
   * Pairs in the form {@code key=value,key2=value2}; the map keeps their order, and of several with
   * one key the last. Their values are secret: headers often are.
   */
  public static Setting<Map<String, String>> secretPairs(String key, String description) {
    return of(key, description, "pairs such as key=value,key2=value2", Setting::parsePairs)
        .asSecret();
  }

  /** This setting with the value that it has when the key is absent. */
  public Setting<T> withDefault(T value) {
    return new Setting<>(
        key, description, wanted, parser, secret, false, Objects.requireNonNull(value));
  }

  /** This setting, which must be given. */
  public Setting<T> required() {
    return new Setting<>(key, description, wanted, parser, secret, true, null);
  }

  /** The key in a configuration. */
  public String key() {
    return key;
  }

  /** What it is for, as half a sentence. */
  public String description() {
    return description;
  }

  /** What values look like, in words. */
  public String wanted() {
    return wanted;
  }

  /** Whether its values must not be shown. */
  public boolean isSecret() {
    return secret;
  }

  /** Whether it must be given. */
  public boolean isRequired() {
    return required;
  }

  /** The value that it has when the key is absent. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /**
   * Reads a value; white space around it does not count.
   *
   * @throws ConfigurationException if the text is no such value
   */
  public T parse(String text) {
    try {
      return parser.parse(text.strip());
    } catch (IllegalArgumentException e) {
      // No cause: it would say less than this message, and show what this message hides.
      String shown =
          secret ? "a secret value" : "'" + USER_INFO.matcher(text).replaceAll("//…@") + "'";
      throw new ConfigurationException("setting '" + key + "' is " + shown + ": want " + wanted);
    }
  }

  /** The key and what values look like; never a value. */
  @Override
  public String toString() {
    return key + " (" + wanted + ")";
  }

  private Setting<T> asSecret() {
    return new Setting<>(key, description, wanted, parser, true, required, defaultValue);
  }

  private static <T> Setting<T> of(
      String key, String description, String wanted, Parser<T> parser) {
    return new Setting<>(key, description, wanted, parser, false, false, null);
  }

  private static String choiceName(String text) {
    return text.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Duration parseDuration(String text) {
    Duration value;
    Matcher simple = DURATION.matcher(text);
    if (simple.matches()) {
      long amount = Long.parseLong(simple.group(1));
      try {
        value =
            switch (simple.group(2)) {
              case "ms" -> Duration.ofMillis(amount);
              case "s" -> Duration.ofSeconds(amount);
              case "m" -> Duration.ofMinutes(amount);
              default -> Duration.ofHours(amount);
            };
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(e);
      }
    } else {
      try {
        value = Duration.parse(text);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(e);
      }
    }
    if (value.isNegative()) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static Map<String, String> parsePairs(String text) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      if (pair.isBlank()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = pair.substring(0, Math.max(0, equals)).strip();
      if (key.isEmpty()) {
        throw new IllegalArgumentException();
      }
      pairs.put(key, pair.substring(equals + 1).strip());
    }
    return Collections.unmodifiableMap(pairs);
  }
}
