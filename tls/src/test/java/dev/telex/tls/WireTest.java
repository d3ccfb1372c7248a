/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through wires, with the JDK's blocking sockets at the other end. */
@Timeout(60)
class WireTest {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final byte[] MUCH = new byte[3_000_000];

  static {
    new Random(1).nextBytes(MUCH);
  }

  @TempDir Path directory;
  private Path ca;
  private Path certificate;
  private Path key;
  private final TestClock clock = new TestClock();

  @BeforeEach
  void writeFiles() {
    ca = CA.writeCertificate(directory.resolve("ca.pem"));
    certificate = directory.resolve("server.pem");
    key = directory.resolve("server.key");
    CA.issue("server").writeTo(certificate, key);
  }

  @Test
  void carriesDataInTheClear() throws Exception {
    try (EchoServer server = new EchoServer(channel -> Wire.plain(channel, Long.MAX_VALUE));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      assertThat(echo(socket, MUCH)).isEqualTo(MUCH);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void carriesDataOverTls(String version) throws Exception {
    try (EchoServer server = server(ServerTls.builder(certificate, key).build());
        SSLSocket socket = connect(server, client().read().material().context())) {
      socket.setEnabledProtocols(new String[] {version});
      assertThat(echo(socket, MUCH)).isEqualTo(MUCH);
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void letsInThoseWhoShowACertificateOfTheRightAuthority() throws Exception {
    Path clientCa = CLIENT_CA.writeCertificate(directory.resolve("client-ca.pem"));
    Path ownCertificate = directory.resolve("client.pem");
    Path ownKey = directory.resolve("client.key");
    CLIENT_CA.issue("client").writeTo(ownCertificate, ownKey);
    Tls known = Tls.builder().caCertificate(ca).clientCertificate(ownCertificate, ownKey).build();
    try (EchoServer server =
        server(ServerTls.builder(certificate, key).clientCa(clientCa).build())) {
      try (SSLSocket socket = connect(server, known.read().material().context())) {
        assertThat(echo(socket, new byte[] {1, 2})).isEqualTo(new byte[] {1, 2});
      }
      try (SSLSocket socket = connect(server, client().read().material().context())) {
        assertThatThrownBy(() -> echo(socket, new byte[] {1})).isInstanceOf(IOException.class);
      }
      assertThat(server.failure().get(30, TimeUnit.SECONDS)).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void speaksNoOlderVersionThanAllowed() throws Exception {
    ServerTls tls = ServerTls.builder(certificate, key).minVersion(Tls.Version.TLS_1_3).build();
    try (EchoServer server = server(tls);
        SSLSocket socket = connect(server, client().read().material().context())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void showsTheNewCertificateToConnectionsThatComeAfterIt() throws Exception {
    TestIdentity next = CA.issue("next", "RSA");
    try (EchoServer server = server(ServerTls.builder(certificate, key).build());
        SSLSocket old = connect(server, client().read().material().context())) {
      old.startHandshake();
      next.writeTo(certificate, key);
      clock.pass(TlsWatch.LOOK_EVERY);
      try (SSLSocket socket = connect(server, client().read().material().context())) {
        assertThat(echo(socket, new byte[] {1})).isEqualTo(new byte[] {1});
        assertThat(socket.getSession().getPeerCertificates()[0]).isEqualTo(next.certificate());
      }
      assertThat(echo(old, new byte[] {7})).isEqualTo(new byte[] {7});
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsWhenThePeerSendsMoreThanItMay(boolean encrypted) throws Exception {
    ServerTls.Engines engines =
        ServerTls.builder(certificate, key).build().engines("echo", InstantSource.system());
    try (EchoServer server =
            new EchoServer(
                channel ->
                    encrypted
                        ? Wire.tls(channel, engines.next(), 100_000)
                        : Wire.plain(channel, 100_000));
        Socket socket =
            encrypted
                ? connect(server, client().read().material().context())
                : new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      try {
        socket.getOutputStream().write(MUCH);
      } catch (IOException e) {
        // It may be told while it sends, or be done by then.
      }
      assertThat(server.failure().get(30, TimeUnit.SECONDS))
          .isInstanceOf(SentTooMuchException.class);
    }
  }

  @Test
  void endsWhenThePeerSpeaksNoTls() throws Exception {
    try (EchoServer server = server(ServerTls.builder(certificate, key).build());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(server.failure().get(30, TimeUnit.SECONDS)).isInstanceOf(SSLException.class);
    }
  }

  private EchoServer server(ServerTls tls) throws IOException {
    ServerTls.Engines engines = tls.engines("echo", clock);
    return new EchoServer(channel -> Wire.tls(channel, engines.next(), Long.MAX_VALUE));
  }

  private Tls client() {
    return Tls.builder().caCertificate(ca).build();
  }

  private static SSLSocket connect(EchoServer server, SSLContext context) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
  }

  /** Sends all, then says that nothing follows, and reads until the server says so too. */
  private static byte[] echo(Socket socket, byte[] bytes) throws Exception {
    CompletableFuture<Void> sent =
        CompletableFuture.runAsync(
            () -> {
              try {
                OutputStream out = socket.getOutputStream();
                new ByteArrayInputStream(bytes).transferTo(out);
                socket.shutdownOutput();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    InputStream in = socket.getInputStream();
    byte[] back = in.readAllBytes();
    sent.get(30, TimeUnit.SECONDS);
    return back;
  }
}
