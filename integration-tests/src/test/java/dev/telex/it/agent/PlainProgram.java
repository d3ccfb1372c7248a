/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.agent;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.logging.Logger;

/** A program that knows neither OpenTelemetry nor Telex: it asks itself over HTTP, and logs. */
final class PlainProgram {

  private PlainProgram() {}

  public static void main(String[] args) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hello",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hello");
    int status =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
            .statusCode();
    Logger.getLogger(PlainProgram.class.getName()).warning("the answer was " + status);
    server.stop(0);
  }
}
