package io.penstock.registry.provenance;

import io.penstock.proto.registry.v1.FileVerification;
import io.penstock.proto.registry.v1.SignatureVerification;
import io.penstock.registry.Times;
import io.penstock.registry.signing.EcKey;
import io.penstock.registry.signing.ModelSignature;
import io.penstock.registry.signing.Verification;
import io.penstock.registry.signing.Verification.FileCheck;
import io.penstock.registry.signing.Verification.SignatureCheck;

/// Signatures and verifications on the wire.
final class ProvenanceProtos {

  private ProvenanceProtos() {}

  static io.penstock.proto.registry.v1.SigningKey toProto(EcKey key) {
    return io.penstock.proto.registry.v1.SigningKey.newBuilder()
        .setKeyId(key.id())
        .setPem(key.pem())
        .build();
  }

  static io.penstock.proto.registry.v1.ModelSignature toProto(ModelSignature signature) {
    return io.penstock.proto.registry.v1.ModelSignature.newBuilder()
        .setKeyId(signature.keyId())
        .setRootDigest(signature.root())
        .setBundle(signature.bundle())
        .setCreateTime(Times.toProto(signature.createTime()))
        .setCreatedBy(signature.createdBy())
        .build();
  }

  static io.penstock.proto.registry.v1.Verification toProto(Verification verification) {
    return io.penstock.proto.registry.v1.Verification.newBuilder()
        .setIntact(verification.intact())
        .addAllFiles(verification.files().stream().map(ProvenanceProtos::toProto).toList())
        .addAllSignatures(
            verification.signatures().stream().map(ProvenanceProtos::toProto).toList())
        .build();
  }

  private static FileVerification toProto(FileCheck file) {
    return FileVerification.newBuilder()
        .setPath(file.path())
        .setSha256(file.digest().hex())
        .setIntact(file.intact())
        .build();
  }

  private static SignatureVerification toProto(SignatureCheck signature) {
    return SignatureVerification.newBuilder()
        .setKeyId(signature.keyId())
        .setValid(signature.valid())
        .setProblem(signature.problem())
        .build();
  }
}
