/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.http.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Examples of every setting of the provider, for either mode. */
final class ProviderSettings {

  private static final TestIdentity CLIENT = TestIdentity.authority("contract");

  private ProviderSettings() {}

  static Map<String, String> agent(URI backend) {
    return Map.of(
        "protocol", "udp/thrift.compact",
        "agent-host", backend.getHost(),
        "agent-port", String.valueOf(backend.getPort()),
        "max-packet-bytes", "1400",
        "timeout", "1m");
  }

  /** The first one has what matters, and no proxy. */
  static List<Map<String, String>> collector(URI backend, Path files) {
    List<Map<String, String>> all = new ArrayList<>();
    all.add(
        Map.ofEntries(
            Map.entry("protocol", "http/thrift.binary"),
            Map.entry("endpoint", backend.toString()),
            Map.entry("compression", "gzip"),
            Map.entry("compression-level", "9"),
            Map.entry("headers", "X-Tenant=s3cret-tenant"),
            Map.entry("timeout", "1m"),
            Map.entry("connect-timeout", "1m"),
            Map.entry("max-in-flight", "2"),
            Map.entry("max-request-bytes", "100000"),
            Map.entry("max-response-bytes", "1000")));
    // The backend takes whatever comes, also what a proxy would pass on.
    all.add(
        Map.of(
            "proxy", "127.0.0.1:" + backend.getPort(),
            "proxy-username", "me",
            "proxy-password", "s3cret-proxy"));
    all.add(Map.of("bearer-token", "s3cret-token"));
    all.add(Map.of("bearer-token-file", write(files, "token", "s3cret-token")));
    all.add(Map.of("username", "me", "password", "s3cret-password"));
    all.add(Map.of("api-key", "s3cret-key", "api-key-header", "X-Key"));
    all.add(
        Map.of(
            "ca-certificate", write(files, "ca.pem", CLIENT.certificatePem()),
            "client-certificate", write(files, "client.pem", CLIENT.chainPem()),
            "client-key", write(files, "client.key", CLIENT.encryptedPkcs8("s3cret-pass")),
            "client-key-password", "s3cret-pass",
            "tls-min-version", "1.3"));
    return all;
  }

  private static String write(Path files, String name, String content) {
    try {
      return Files.writeString(files.resolve(name), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
