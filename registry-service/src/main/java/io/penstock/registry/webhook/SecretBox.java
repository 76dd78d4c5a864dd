package io.penstock.registry.webhook;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Encrypts the secrets of webhooks by AES-256-GCM: a byte for the format, a random nonce, the
/// encrypted text and its tag. A secret is bound to its webhook and opens for no other.
@Singleton
public final class SecretBox {

  private static final byte FORMAT = 1;
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final WebhookConfig config;
  private final SecureRandom random = new SecureRandom();
  private @Nullable SecretKey key;

  SecretBox(WebhookConfig config) {
    this.config = config;
    if (config.encryptionKey() != null) {
      key = parse("penstock.webhooks.encryption-key", config.encryptionKey());
    }
  }

  public byte[] seal(UUID webhook, String secret) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var sealed =
          cipher(Cipher.ENCRYPT_MODE, webhook, nonce)
              .doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(FORMAT)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM cannot encrypt", e);
    }
  }

  /// The bytes that were sealed.
  ///
  /// @throws IOException where they were sealed by another key
  public byte[] open(UUID webhook, byte[] sealed) throws IOException {
    var box = ByteBuffer.wrap(sealed);
    try {
      if (box.get() != FORMAT) {
        throw new IOException("the webhook's secret is of a later format");
      }
      var nonce = new byte[NONCE_BYTES];
      box.get(nonce);
      return cipher(Cipher.DECRYPT_MODE, webhook, nonce)
          .doFinal(sealed, box.position(), box.remaining());
    } catch (GeneralSecurityException e) {
      throw new IOException("the webhook's secret was encrypted by another key", e);
    }
  }

  private Cipher cipher(int mode, UUID webhook, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(webhook.toString().getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private synchronized SecretKey key() {
    if (key == null) {
      key = keyOfFile(config.keyFile());
    }
    return key;
  }

  private SecretKey keyOfFile(Path file) {
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return parse(file.toString(), Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("the key of webhooks cannot be kept in " + file, e);
    }
  }

  // Readable by nobody else from its first moment on; another replica may be quicker.
  private void create(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var draft =
        Files.createTempFile(file.toAbsolutePath().getParent(), "webhooks", ".key", ownerOnly);
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    Files.writeString(draft, Base64.getEncoder().encodeToString(bytes) + "\n");
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException _) {
      // Then that one is the key.
    } finally {
      Files.delete(draft);
    }
  }

  private static SecretKey parse(String where, String text) {
    try {
      var bytes = Base64.getDecoder().decode(text);
      if (bytes.length == KEY_BYTES) {
        return new SecretKeySpec(bytes, "AES");
      }
    } catch (IllegalArgumentException _) {
      // Said below, without the text.
    }
    throw new IllegalArgumentException(
        where + " was no 32 bytes in Base64, as `openssl rand -base64 32` prints them");
  }
}
