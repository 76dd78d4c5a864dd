package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.stub.StreamObserver;
import io.penstock.conformance.cases.AllCases;
import io.penstock.conformance.suite.Outcome;
import io.penstock.conformance.suite.Outcome.Verdict;
import io.penstock.conformance.suite.Selection;
import io.penstock.conformance.suite.Suite;
import io.penstock.conformance.suite.Summary;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelReadyResponse;
import io.penstock.proto.oip.ServerLiveRequest;
import io.penstock.proto.oip.ServerLiveResponse;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.ServerMetadataResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The suite sees through a server that answers everything, with the right shape and wrong numbers.
class LyingServerTest {

  /// Hands the bytes back that it was given, and zeros where they are too few: as a peer was seen
  /// to do.
  private static final class Lying extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
      answer(out, ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverMetadata(
        ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
      answer(out, ServerMetadataResponse.newBuilder().setName("lying").setVersion("1").build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
      answer(out, ModelReadyResponse.newBuilder().setReady(true).build());
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
      var response = ModelInferResponse.newBuilder().setModelName(request.getModelName());
      for (var input : request.getInputsList()) {
        response.addOutputs(
            InferOutputTensor.newBuilder()
                .setName(input.getName().replace("INPUT", "OUTPUT"))
                .setDatatype(input.getDatatype())
                .addAllShape(input.getShapeList()));
        response.addRawOutputContents(
            request.getRawInputContentsCount() > 0
                ? request.getRawInputContents(0)
                : ByteString.copyFrom(new byte[24]));
      }
      answer(out, response.build());
    }

    private static <T> void answer(StreamObserver<T> out, T answer) {
      out.onNext(answer);
      out.onCompleted();
    }
  }

  private static List<Outcome> run(String only) throws IOException {
    var lying =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Lying())
            .build()
            .start();
    try (var server = Server.at("127.0.0.1:" + lying.getPort(), null, "")) {
      var selection = new Selection(Set.of(), Pattern.compile(only), Set.of(), false);
      return new Suite(server, selection).run(AllCases.all(), outcome -> {});
    } finally {
      lying.shutdownNow();
    }
  }

  private static Verdict verdict(String id) throws IOException {
    return run("^" + Pattern.quote(id) + "$").getFirst().verdict();
  }

  @Test
  void bytesThatComeBack_areBelieved() throws IOException {
    assertThat(verdict("infer.datatype.fp32.grpc-raw")).isEqualTo(Verdict.PASSED);
  }

  @Test
  void inventedNumbers_areSeen() throws IOException {
    assertThat(verdict("infer.datatype.fp32.grpc-contents")).isEqualTo(Verdict.FAILED);
    assertThat(verdict("peers.one_value_for_128.grpc-raw")).isEqualTo(Verdict.FAILED);
    assertThat(verdict("request.rows_several.grpc-raw")).isEqualTo(Verdict.FAILED);
  }

  @Test
  void answersToMistakes_areSeen() throws IOException {
    var answered = run("^errors\\.(fewer|more)_values.*grpc-raw");
    assertThat(answered).hasSize(8).allMatch(outcome -> outcome.is(Verdict.FAILED));
    assertThat(answered.getFirst().detail()).contains("sent ", "expected ", "got ", "a refusal");
  }

  @Test
  void whatIsNotOffered_isSkippedAndTold() throws IOException {
    var skipped = run("^(statistics|json|stream)\\.");
    assertThat(skipped).allMatch(outcome -> outcome.is(Verdict.SKIPPED));
    assertThat(skipped)
        .extracting(Outcome::detail)
        .contains("the server does not list statistics", "no address for REST");
    assertThat(new Summary(skipped).table()).contains("statistics", "streaming");
  }

  @Test
  void everything_fails() throws IOException {
    assertThat(new Summary(run("^errors")).isConformant()).isFalse();
    assertThat(new Summary(run("^no case")).isConformant()).isTrue();
    assertThat(Selection.EVERYTHING.local()).isFalse();
  }
}
