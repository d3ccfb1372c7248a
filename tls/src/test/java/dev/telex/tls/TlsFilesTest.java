/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of PEM files, and what is said of bad ones. */
class TlsFilesTest {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity RSA = CA.issue("rsa", "RSA");
  private static final TestIdentity EC = CA.issue("ec", "EC");

  @TempDir Path directory;

  static Stream<Arguments> keys() {
    Function<TestIdentity, String> encrypted = identity -> identity.encryptedPkcs8("pass word");
    return Stream.of(RSA, EC)
        .flatMap(
            identity ->
                Stream.of(
                    form("PKCS#8", identity, TestIdentity::pkcs8),
                    form("traditional", identity, TestIdentity::traditional),
                    form("encrypted", identity, encrypted),
                    form("with text", identity, i -> "Bag Attributes\n  x: y\n" + i.pkcs8() + "\n"),
                    form("CRLF", identity, i -> i.pkcs8().replace("\n", "\r\n")),
                    form("after the certificate", identity, i -> i.chainPem() + i.traditional())));
  }

  private static Arguments form(
      String name, TestIdentity identity, Function<TestIdentity, String> pem) {
    return Arguments.of(identity, Named.of(name, pem.apply(identity)));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void readsKeys(TestIdentity identity, String pem) throws Exception {
    PrivateKey key = PrivateKeys.read(PemFile.read("client key", file("key", pem)), "pass word");
    assertThat(identity.verifies(key)).isTrue();
    assertThat((identity == RSA ? EC : RSA).verifies(key)).isFalse();
    assertThat(CA.issue("other", key.getAlgorithm()).verifies(key)).isFalse();
  }

  @Test
  void readsAnEcKeyWhoseCurveStandsBeforeIt() throws Exception {
    Path file = file("key", EC.sec1WithParametersApart());
    assertThat(EC.verifies(PrivateKeys.read(PemFile.read("client key", file), null))).isTrue();
  }

  static Stream<Arguments> badKeys() {
    String pkcs8 = EC.pkcs8();
    return Stream.of(
        Arguments.of("", null, "holds no private key: want a PEM block BEGIN PRIVATE KEY"),
        Arguments.of(EC.certificatePem(), null, "holds no private key"),
        Arguments.of(
            pkcs8.substring(0, pkcs8.length() / 2), null, "has a PEM block without its END line"),
        Arguments.of("-----BEGIN ", null, "has a PEM block without its END line"),
        Arguments.of(
            pkcs8.substring(0, pkcs8.length() / 2) + pkcs8,
            null,
            "has a block 'PRIVATE KEY' that is not Base64"),
        Arguments.of(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            null,
            "has a block 'PRIVATE KEY' that is no key of RSA or an elliptic curve"),
        Arguments.of(
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            null,
            "has a block 'RSA PRIVATE KEY' that is no key"),
        Arguments.of(
            "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n",
            null,
            "has a block 'EC PRIVATE KEY' that is no key"),
        Arguments.of(
            EC.sec1WithParametersApart().replaceAll("(?s).*(?=-----BEGIN EC PRIVATE)", ""),
            null,
            "has a block 'EC PRIVATE KEY' that is no key"),
        Arguments.of(EC.encryptedPkcs8("s3cret"), null, "is encrypted: want its password too"),
        Arguments.of(EC.encryptedPkcs8("s3cret"), "another-s3cret", "cannot be decrypted ("),
        Arguments.of(
            RSA.encryptedTraditional("s3cret"),
            "s3cret",
            "is encrypted in a way that OpenSSL has given up: want PKCS#8"));
  }

  @ParameterizedTest
  @MethodSource("badKeys")
  void saysWhatIsWrongWithAKey(String pem, String password, String words) throws Exception {
    Path file = file("key.pem", pem);
    Path certificate = file("cert.pem", EC.chainPem());
    Tls.Builder builder = Tls.builder();
    assertThatThrownBy(
            () -> {
              if (password == null) {
                builder.clientCertificate(certificate, file);
              } else {
                builder.clientCertificate(certificate, file, password);
              }
            })
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("client key file '" + file + "' " + words)
        .hasMessageContaining("want")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }

  @Test
  void saysWhatIsWrongWithCertificates() throws Exception {
    Path empty = file("empty.pem", EC.pkcs8());
    assertThatThrownBy(() -> Tls.builder().caCertificate(empty))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "CA certificate file '"
                + empty
                + "' holds no certificate: want one or more PEM blocks BEGIN CERTIFICATE");
    Path missing = directory.resolve("missing.pem");
    assertThatThrownBy(() -> Tls.builder().caCertificate(missing))
        .hasMessage("CA certificate file '" + missing + "' does not exist: want a PEM file");
    assertThatThrownBy(() -> Tls.builder().caCertificate(directory))
        .hasMessageStartingWith("CA certificate file '" + directory + "' cannot be read (");
    Path second =
        file(
            "second.pem",
            CA.certificatePem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> Tls.builder().caCertificate(second))
        .hasMessage(
            "CA certificate file '"
                + second
                + "' has a certificate, number 2, that cannot be read: want X.509");
    Path key = file("key.pem", EC.pkcs8());
    assertThatThrownBy(() -> Tls.builder().clientCertificate(missing, key))
        .hasMessageStartingWith("client certificate file '" + missing + "' does not exist");
    Path large = file("large.pem", " ".repeat(PemFile.MAX_BYTES + 1));
    assertThatThrownBy(() -> Tls.builder().caCertificate(large))
        .hasMessageContaining("' has more than 4194304 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void wantsTheKeyOfTheCertificate(String algorithm) throws Exception {
    Path certificate = file("cert.pem", EC.chainPem());
    Path key = file("key.pem", CA.issue("other", algorithm).pkcs8());
    assertThatThrownBy(() -> Tls.builder().clientCertificate(certificate, key))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "client key file '"
                + key
                + "' does not hold the key of the first certificate in the client certificate file '"
                + certificate
                + "'");
  }

  @Test
  void wantsAChainInItsOrder() throws Exception {
    TestIdentity client = CA.intermediate("Between").issue("client");
    Path key = file("key.pem", client.pkcs8());
    Path chain = file("chain.pem", client.chainPem());
    assertThatCode(() -> Tls.builder().clientCertificate(chain, key)).doesNotThrowAnyException();
    Path noChain = file("no-chain.pem", client.certificatePem() + EC.certificatePem());
    assertThatThrownBy(() -> Tls.builder().clientCertificate(noChain, key))
        .hasMessage(
            "client certificate file '"
                + noChain
                + "' holds certificates that are no chain: want the own one, and then the"
                + " issuer of each");
  }

  @Test
  void showsPathsAndNothingMore() throws Exception {
    Path certificate = file("cert.pem", EC.chainPem());
    Path key = file("key.pem", EC.encryptedPkcs8("s3cret"));
    Tls tls = Tls.builder().clientCertificate(certificate, key, "s3cret").build();
    assertThat(tls)
        .hasToString(
            "Tls[caCertificate=null, clientCertificate="
                + certificate
                + ", clientKey="
                + key
                + ", minVersion=TLS_1_2]");
    assertThat(tls.read().toString()).doesNotContain("s3cret");
  }

  @Test
  void writesLengthsOfDer() throws Exception {
    for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536}) {
      byte[] content = new byte[length];
      byte[] element = Der.element(Der.OCTET_STRING, content);
      assertThat(org.bouncycastle.asn1.DEROctetString.getInstance(element).getOctets())
          .isEqualTo(content);
      assertThat(Der.read(element).get(0).content()).isEqualTo(content);
      assertThat(Der.read(element)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "3005", "3080", "308400000001", "3082", "0403aabb"})
  void refusesDerThatIsCutOff(String hex) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> Der.read(bytes)).isInstanceOf(java.security.InvalidKeyException.class);
  }

  private Path file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content, StandardCharsets.ISO_8859_1);
  }
}
