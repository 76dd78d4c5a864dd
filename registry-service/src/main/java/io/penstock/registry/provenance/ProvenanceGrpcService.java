package io.penstock.registry.provenance;

import com.google.protobuf.Struct;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.registry.v1.AddModelSignatureRequest;
import io.penstock.proto.registry.v1.GetModelBomRequest;
import io.penstock.proto.registry.v1.GetSigningKeyRequest;
import io.penstock.proto.registry.v1.ListModelSignaturesRequest;
import io.penstock.proto.registry.v1.ListModelSignaturesResponse;
import io.penstock.proto.registry.v1.ModelSignature;
import io.penstock.proto.registry.v1.ProvenanceServiceGrpc.ProvenanceServiceImplBase;
import io.penstock.proto.registry.v1.SignModelVersionRequest;
import io.penstock.proto.registry.v1.SigningKey;
import io.penstock.proto.registry.v1.Verification;
import io.penstock.proto.registry.v1.VerifyModelVersionRequest;
import io.penstock.registry.bom.ModelBoms;
import io.penstock.registry.signing.Provenance;
import io.penstock.registry.version.VersionName;
import jakarta.inject.Singleton;

/// Signatures, verification and bills of materials over gRPC.
@Singleton
final class ProvenanceGrpcService extends ProvenanceServiceImplBase {

  private final Provenance provenance;
  private final ModelBoms boms;

  ProvenanceGrpcService(Provenance provenance, ModelBoms boms) {
    this.provenance = provenance;
    this.boms = boms;
  }

  @Override
  public void getSigningKey(GetSigningKeyRequest request, StreamObserver<SigningKey> responses) {
    Calls.unary(responses, () -> ProvenanceProtos.toProto(provenance.key()));
  }

  @Override
  public void signModelVersion(
      SignModelVersionRequest request, StreamObserver<ModelSignature> responses) {
    Calls.unary(
        responses,
        () ->
            ProvenanceProtos.toProto(
                provenance.sign(VersionName.parse("name", request.getName()), caller())));
  }

  @Override
  public void addModelSignature(
      AddModelSignatureRequest request, StreamObserver<ModelSignature> responses) {
    Calls.unary(
        responses,
        () ->
            ProvenanceProtos.toProto(
                provenance.add(
                    VersionName.parse("parent", request.getParent()),
                    request.getBundle(),
                    caller())));
  }

  @Override
  public void listModelSignatures(
      ListModelSignaturesRequest request, StreamObserver<ListModelSignaturesResponse> responses) {
    Calls.unary(
        responses,
        () ->
            ListModelSignaturesResponse.newBuilder()
                .addAllSignatures(
                    provenance.list(VersionName.parse("parent", request.getParent())).stream()
                        .map(ProvenanceProtos::toProto)
                        .toList())
                .build());
  }

  @Override
  public void verifyModelVersion(
      VerifyModelVersionRequest request, StreamObserver<Verification> responses) {
    Calls.unary(
        responses,
        () ->
            ProvenanceProtos.toProto(
                provenance.verify(VersionName.parse("name", request.getName()))));
  }

  @Override
  public void getModelBom(GetModelBomRequest request, StreamObserver<Struct> responses) {
    Calls.unary(responses, () -> boms.of(VersionName.parse("name", request.getName())));
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
