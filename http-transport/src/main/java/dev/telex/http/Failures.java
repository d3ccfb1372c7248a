/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Words for connections that failed. */
final class Failures {

  private Failures() {}

  /** One line that says what to look at. */
  static String describe(IOException failure, Headers headers) {
    String words = headers.excerpt(String.valueOf(failure.getMessage()));
    if (failure instanceof ProxyRefusedException) {
      return words;
    }
    if (failure instanceof SSLPeerUnverifiedException || isCausedByCertificate(failure)) {
      return "the server's certificate is not trusted: " + words;
    }
    if (failure instanceof SSLException) {
      return "TLS failed: " + words;
    }
    if (failure instanceof UnknownHostException) {
      return "unknown host: " + words;
    }
    if (failure instanceof ConnectException) {
      return "cannot connect: " + words;
    }
    return failure.getClass().getSimpleName() + ": " + words;
  }

  private static boolean isCausedByCertificate(Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth < 20; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
      depth++;
    }
    return false;
  }
}
