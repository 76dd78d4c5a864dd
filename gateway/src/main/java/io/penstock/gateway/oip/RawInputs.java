package io.penstock.gateway.oip;

import io.grpc.Metadata;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.edge.Credential;
import io.penstock.gateway.forward.Deadlines;
import io.penstock.gateway.forward.Upstreams;
import io.penstock.gateway.forward.Upstreams.Call;
import io.penstock.gateway.rest.RestRequest;
import io.penstock.oip.InferTarget;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import jakarta.inject.Singleton;

/// What a request that is nothing but the bytes of one tensor leaves out: name, type and shape of
/// the model's input. The service is asked for them, in the caller's name.
@Singleton
final class RawInputs {

  private final Rpc metadata;
  private final Upstreams upstreams;
  private final Deadlines deadlines;

  RawInputs(Contract contract, Upstreams upstreams, Deadlines deadlines) {
    this.metadata =
        contract.rpc(GRPCInferenceServiceGrpc.getModelMetadataMethod().getFullMethodName());
    this.upstreams = upstreams;
    this.deadlines = deadlines;
  }

  ModelMetadataResponse metadata(InferTarget target, RestRequest request) {
    Metadata credentials = request.credential().map(Credential::forwarded).orElseGet(Metadata::new);
    Call call =
        new Call(
            metadata,
            credentials,
            deadlines.of(metadata.cost()),
            ModelMetadataResponse.getDefaultInstance());
    ModelMetadataRequest question =
        ModelMetadataRequest.newBuilder()
            .setName(target.model())
            .setVersion(target.version())
            .build();
    return (ModelMetadataResponse) upstreams.unary(call, question);
  }
}
