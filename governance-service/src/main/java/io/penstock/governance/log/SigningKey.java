package io.penstock.governance.log;

import io.penstock.governance.tree.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Ed25519 key that signs checkpoints, and the form in which C2SP signed notes name it.
///
/// The file holds two PEM blocks, private and public, because the JDK cannot derive the one from
/// the other.
public final class SigningKey {

  private static final String ALGORITHM = "Ed25519";
  private static final byte NOTE_ALGORITHM = 1;
  private static final int KEY_ID_LENGTH = 4;
  private static final int RAW_LENGTH = 32;
  private static final String LINE_START = "— ";

  private final PrivateKey privateKey;
  private final PublicKey publicKey;

  private SigningKey(KeyPair pair) {
    this.privateKey = pair.getPrivate();
    this.publicKey = pair.getPublic();
  }

  /// A key that lives as long as the process.
  static SigningKey generate() {
    try {
      return new SigningKey(KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK since 15 has Ed25519", e);
    }
  }

  /// Makes a key and keeps it in a file that only its owner may read; there whole or not at all.
  static SigningKey create(Path file) {
    SigningKey key = generate();
    Path target = file.toAbsolutePath();
    try {
      Path directory = Files.createDirectories(target.resolveSibling(""));
      Path unfinished = target.resolveSibling(target.getFileName() + DurableFiles.UNFINISHED);
      Files.deleteIfExists(unfinished);
      var ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      Files.writeString(Files.createFile(unfinished, ownerOnly), key.pem());
      DurableFiles.sync(unfinished);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(directory);
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the signing key " + file, e);
    }
  }

  static SigningKey load(Path file) {
    try {
      String pem = Files.readString(file);
      KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
      var key =
          new SigningKey(
              new KeyPair(
                  keys.generatePublic(new X509EncodedKeySpec(block(pem, "PUBLIC KEY"))),
                  keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY")))));
      key.requirePair(file);
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the signing key " + file, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new LogCorrupt(file + " holds no Ed25519 key pair in PEM form", e);
    }
  }

  /// The public key, 32 bytes.
  public byte[] publicKey() {
    byte[] encoded = publicKey.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - RAW_LENGTH, encoded.length);
  }

  /// The public key as note verifiers take it: `name+id+base64(algorithm || key)`.
  String verifierKey(String name) {
    return name + "+" + HexFormat.of().formatHex(keyId(name)) + "+" + base64(typedPublicKey());
  }

  /// The line that signs a note's body: `— name base64(id || signature)`.
  String signatureLine(String name, String body) {
    byte[] signature = sign(body.getBytes(StandardCharsets.UTF_8));
    byte[] line =
        ByteBuffer.allocate(KEY_ID_LENGTH + signature.length)
            .put(keyId(name))
            .put(signature)
            .array();
    return LINE_START + name + " " + base64(line) + "\n";
  }

  boolean signed(String name, String body, String line) {
    String start = LINE_START + name + " ";
    if (!line.startsWith(start)) {
      return false;
    }
    byte[] signature = Base64.getDecoder().decode(line.substring(start.length()));
    return Arrays.equals(signature, 0, KEY_ID_LENGTH, keyId(name), 0, KEY_ID_LENGTH)
        && verify(
            body.getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(signature, KEY_ID_LENGTH, signature.length));
  }

  private byte[] keyId(String name) {
    MessageDigest sha = Hash.sha256();
    sha.update((name + "\n").getBytes(StandardCharsets.UTF_8));
    return Arrays.copyOf(sha.digest(typedPublicKey()), KEY_ID_LENGTH);
  }

  private byte[] typedPublicKey() {
    return ByteBuffer.allocate(1 + RAW_LENGTH).put(NOTE_ALGORITHM).put(publicKey()).array();
  }

  private byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the signing key does not sign", e);
    }
  }

  private boolean verify(byte[] message, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(publicKey);
      signature.update(message);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private void requirePair(Path file) {
    byte[] probe = publicKey();
    if (!verify(probe, sign(probe))) {
      throw new LogCorrupt(file + " holds a private and a public key that do not belong together");
    }
  }

  private String pem() {
    return block("PRIVATE KEY", privateKey.getEncoded())
        + block("PUBLIC KEY", publicKey.getEncoded());
  }

  private static String block(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64(content), type);
  }

  private static byte[] block(String pem, String type) {
    Matcher block =
        Pattern.compile("-----BEGIN " + type + "-----(.*?)-----END", Pattern.DOTALL).matcher(pem);
    if (!block.find()) {
      throw new IllegalArgumentException("no " + type + " block");
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
