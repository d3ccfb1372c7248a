/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An example of each of the {@link HttpSettings}, for the contract tests of plugins. */
public final class HttpSettingsExamples {

  private static final TestIdentity CLIENT = TestIdentity.authority("contract");

  private HttpSettingsExamples() {}

  /**
   * Those of a plugin with those that all have: the first one has what matters, and no proxy.
   *
   * @param own the plugin's, for the first one
   * @param files a directory for certificates and tokens
   */
  public static List<Map<String, String>> with(Map<String, String> own, URI backend, Path files) {
    Map<String, String> first = new LinkedHashMap<>(own);
    first.put("compression", "gzip");
    first.put("compression-level", "9");
    first.put("headers", "X-Tenant=s3cret-tenant");
    first.put("timeout", "1m");
    first.put("connect-timeout", "1m");
    first.put("max-in-flight", "2");
    first.put("max-request-bytes", "100000");
    first.put("max-response-bytes", "1000");
    List<Map<String, String>> all = new ArrayList<>();
    all.add(first);
    // The backend takes whatever comes, also what a proxy would pass on.
    all.add(
        Map.of(
            "proxy", backend.getHost() + ":" + backend.getPort(),
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
