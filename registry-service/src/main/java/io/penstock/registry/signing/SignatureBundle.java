package io.penstock.registry.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sigstore bundle around a DSSE envelope: a payload, a signature over it, and a hint at the key.
///
/// Format: sigstore's `bundle.v0.3`, secure-systems-lab's DSSE 1.0, as OpenSSF model signing 1.1
/// uses them with bare keys.
///
/// @param keyId names the key that signed
/// @param payload an in-toto statement as JSON, in the bytes that were signed
record SignatureBundle(String keyId, byte[] payload, byte[] signature) {

  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final Gson GSON = new Gson();

  // The bundle as JSON. What Gson does not find it leaves null.
  private record Bundle(
      @Nullable String mediaType,
      @Nullable Material verificationMaterial,
      @Nullable Envelope dsseEnvelope) {}

  private record Material(@Nullable KeyHint publicKey, @Nullable List<String> tlogEntries) {}

  private record KeyHint(@Nullable String hint) {}

  private record Envelope(
      @Nullable String payload, @Nullable String payloadType, @Nullable List<Signed> signatures) {}

  private record Signed(@Nullable String sig, @Nullable String keyid) {}

  static SignatureBundle sign(byte[] payload, SigningKey key) {
    return new SignatureBundle(key.publicKey().id(), payload, key.sign(encoded(payload)));
  }

  boolean isSignedBy(EcKey key) {
    return key.id().equals(keyId) && key.verifies(encoded(payload), signature);
  }

  /// DSSE's pre-authentication encoding: what the signature is over.
  private static byte[] encoded(byte[] payload) {
    var head =
        "DSSEv1 %d %s %d "
            .formatted(PAYLOAD_TYPE.length(), PAYLOAD_TYPE, payload.length)
            .getBytes(UTF_8);
    var message = Arrays.copyOf(head, head.length + payload.length);
    System.arraycopy(payload, 0, message, head.length, payload.length);
    return message;
  }

  String toJson() {
    var base64 = Base64.getEncoder();
    var signed = new Signed(base64.encodeToString(signature), "");
    return GSON.toJson(
        new Bundle(
            MEDIA_TYPE,
            new Material(new KeyHint(keyId), List.of()),
            new Envelope(base64.encodeToString(payload), PAYLOAD_TYPE, List.of(signed))));
  }

  /// Reads a bundle; whatever is none is an illegal argument that says what was missed.
  static SignatureBundle parse(String json) {
    var bundle = present(read(json), "bundle");
    expect("mediaType", bundle.mediaType, MEDIA_TYPE);
    var material = present(bundle.verificationMaterial, "verificationMaterial");
    var envelope = present(bundle.dsseEnvelope, "dsseEnvelope");
    expect("payloadType", envelope.payloadType, PAYLOAD_TYPE);
    var signatures = present(envelope.signatures, "signatures");
    expect("number of signatures", String.valueOf(signatures.size()), "1");
    return new SignatureBundle(
        present(present(material.publicKey, "publicKey").hint, "hint"),
        bytes(envelope.payload, "payload"),
        bytes(present(signatures.getFirst(), "signatures").sig, "sig"));
  }

  private static @Nullable Bundle read(String json) {
    try {
      return GSON.fromJson(json, Bundle.class);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("no sigstore bundle in JSON", e);
    }
  }

  private static byte[] bytes(@Nullable String base64, String name) {
    return Base64.getDecoder().decode(present(base64, name));
  }

  /// The value; null is an illegal argument that names what is missing.
  static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  static void expect(String name, @Nullable String actual, String expected) {
    if (!expected.equals(actual)) {
      throw new IllegalArgumentException(
          "%s is '%s', expected %s".formatted(name, actual, expected));
    }
  }
}
