/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import dev.telex.tls.PemFile.Block;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys out of PEM files: PKCS#8 (RFC 5208), encrypted or not, PKCS#1 for RSA (RFC 8017,
 * A.1) and SEC 1 for elliptic curves (RFC 5915). The JDK reads only the first; the others are put
 * into it.
 */
final class PrivateKeys {

  private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};

  /** {@code AlgorithmIdentifier} of rsaEncryption, 1.2.840.113549.1.1.1, with NULL. */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** The object identifier of id-ecPublicKey, 1.2.840.10045.2.1. */
  private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private static final String WANTED =
      "want a PEM block BEGIN PRIVATE KEY, BEGIN ENCRYPTED PRIVATE KEY, BEGIN RSA PRIVATE KEY or"
          + " BEGIN EC PRIVATE KEY";

  private PrivateKeys() {}

  /**
   * The first private key of a file.
   *
   * @param password of an encrypted key; of no matter for others
   * @throws ConfigurationException if there is none that can be used; says nothing of its content
   */
  static PrivateKey read(PemFile file, @Nullable String password) {
    List<Block> blocks = file.blocks();
    for (Block block : blocks) {
      if (block.oldEncryption()) {
        throw file.wrong(
            "is encrypted in a way that OpenSSL has given up: want PKCS#8, which openssl pkcs8"
                + " -topk8 makes of it");
      }
      try {
        KeySpec spec =
            switch (block.type()) {
              case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(block.der());
              case "ENCRYPTED PRIVATE KEY" -> decrypt(file, block.der(), password);
              case "RSA PRIVATE KEY" -> new PKCS8EncodedKeySpec(wrapRsa(block.der()));
              case "EC PRIVATE KEY" ->
                  new PKCS8EncodedKeySpec(wrapEc(block.der(), curveBefore(blocks)));
              // Parameters, or a certificate of the same file.
              default -> null;
            };
        if (spec != null) {
          return key(spec);
        }
      } catch (GeneralSecurityException e) {
        // Without its cause, which may speak of the content.
        throw file.wrong(
            "has a block '"
                + block.type()
                + "' that is no key of RSA or an elliptic curve: want one of these");
      }
    }
    throw file.wrong("holds no private key: " + WANTED);
  }

  private static PrivateKey key(KeySpec spec) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (InvalidKeySpecException e) {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    }
  }

  private static KeySpec decrypt(PemFile file, byte[] der, @Nullable String password) {
    if (password == null) {
      throw file.wrong("is encrypted: want its password too");
    }
    PBEKeySpec secret = new PBEKeySpec(password.toCharArray());
    try {
      EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
      String algorithm = encrypted.getAlgName();
      if (algorithm.equals("PBES2") || algorithm.equals("1.2.840.113549.1.5.13")) {
        // Of this scheme only the parameters know which ciphers it is made of.
        algorithm = encrypted.getAlgParameters().toString();
      }
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(secret),
          encrypted.getAlgParameters());
      return encrypted.getKeySpec(cipher);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Without its cause: what a wrong password makes of a key is still of the key.
      throw file.wrong(
          "cannot be decrypted ("
              + e.getClass().getSimpleName()
              + "): want the right password, and an encryption that the JDK knows, such as that of"
              + " openssl pkcs8 -topk8 -v2 aes256");
    } finally {
      secret.clearPassword();
    }
  }

  private static byte[] wrapRsa(byte[] pkcs1) {
    return Der.element(Der.SEQUENCE, VERSION_0, RSA, Der.element(Der.OCTET_STRING, pkcs1));
  }

  private static byte[] wrapEc(byte[] sec1, byte @Nullable [] curveBefore)
      throws InvalidKeyException {
    byte[] curve = curveBefore;
    for (Der.Element part : Der.read(sequence(sec1))) {
      if (part.tag() == Der.FIRST_OPTIONAL) {
        curve = part.content();
      }
    }
    if (curve == null) {
      throw new InvalidKeyException("no curve");
    }
    return Der.element(
        Der.SEQUENCE,
        VERSION_0,
        Der.element(Der.SEQUENCE, EC, curve),
        Der.element(Der.OCTET_STRING, sec1));
  }

  private static byte[] sequence(byte[] der) throws InvalidKeyException {
    List<Der.Element> whole = Der.read(der);
    if (whole.size() != 1 || whole.get(0).tag() != Der.SEQUENCE) {
      throw new InvalidKeyException("no sequence");
    }
    return whole.get(0).content();
  }

  /** OpenSSL writes the curve as a block of its own too. */
  private static byte @Nullable [] curveBefore(List<Block> blocks) {
    return blocks.stream()
        .filter(block -> block.type().equals("EC PARAMETERS"))
        .map(Block::der)
        .findFirst()
        .orElse(null);
  }
}
