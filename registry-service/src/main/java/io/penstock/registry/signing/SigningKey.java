package io.penstock.registry.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/// The key that the registry signs with.
///
/// Its file holds two PEM blocks, private (PKCS #8) and public, because the JDK cannot derive the
/// one from the other.
final class SigningKey {

  private static final String PRIVATE = "PRIVATE KEY";

  private final PrivateKey privateKey;
  private final EcKey publicKey;

  private SigningKey(PrivateKey privateKey, EcKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /// A key on P-256 that lives as long as the process.
  static SigningKey generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      return new SigningKey(pair.getPrivate(), new EcKey((ECPublicKey) pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /// The key in a file, which is made where it is missing. Replicas that start together on a shared
  /// directory all end up with the one that was there first.
  static SigningKey loadOrCreate(Path file) {
    try {
      return load(file);
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e;
      }
      create(file);
      return load(file);
    }
  }

  private static SigningKey load(Path file) {
    try {
      var pem = Files.readString(file);
      var spec = new PKCS8EncodedKeySpec(Pem.read(PRIVATE, pem));
      var key =
          new SigningKey(KeyFactory.getInstance("EC").generatePrivate(spec), EcKey.parse(pem));
      key.requirePair();
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the signing key " + file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          file + " holds no elliptic curve key pair in PEM form: " + e.getMessage(), e);
    }
  }

  private static void create(Path file) {
    var target = file.toAbsolutePath();
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try {
      var directory = Files.createDirectories(target.resolveSibling(""));
      var unfinished = Files.createTempFile(directory, ".signing-key", "", ownerOnly);
      Files.writeString(unfinished, generate().pem());
      publish(unfinished, target);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the signing key " + file, e);
    }
  }

  // A link fails where another process was faster, a move would replace its key.
  private static void publish(Path unfinished, Path target) throws IOException {
    try {
      Files.createLink(target, unfinished);
    } catch (FileAlreadyExistsException faster) {
      // Theirs is as good.
    } catch (UnsupportedOperationException noLinks) {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  EcKey publicKey() {
    return publicKey;
  }

  byte[] sign(byte[] message) {
    try {
      var signature = Signature.getInstance(publicKey.algorithm());
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the signing key does not sign", e);
    }
  }

  private void requirePair() {
    byte[] probe = publicKey.pem().getBytes(US_ASCII);
    if (!publicKey.verifies(probe, sign(probe))) {
      throw new IllegalArgumentException("the private and the public key do not belong together");
    }
  }

  private String pem() {
    return Pem.write(PRIVATE, privateKey.getEncoded()) + publicKey.pem();
  }
}
