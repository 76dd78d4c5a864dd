package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.STREAM;
import static io.penstock.conformance.wire.Transport.GRPC;

import io.grpc.Status;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.GrpcInference;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Requests and answers over one stream.
final class StreamCases {

  private static final int MANY = 200;

  private StreamCases() {}

  static List<Case> all() {
    return List.of(
        stream("one", StreamCases::one),
        stream("one_after_another", StreamCases::oneAfterAnother),
        stream("many_at_once", StreamCases::many),
        stream("several_models", StreamCases::severalModels),
        stream("contents", StreamCases::contents),
        stream("bad_request_is_answered", StreamCases::bad),
        stream("unknown_model_is_answered", StreamCases::unknownModel),
        stream("empty_message_is_answered", StreamCases::emptyMessage),
        stream("survives_many_bad_requests", StreamCases::manyBad),
        stream("half_close_after_requests", StreamCases::halfClose),
        stream("half_close_at_once", StreamCases::nothingSaid),
        stream("cancelled", StreamCases::cancelled),
        stream("id_of_a_bad_request", StreamCases::badId).should(),
        stream("empty_final_response", StreamCases::finalResponse).should());
  }

  private static Case stream(String what, Case.Body body) {
    return Case.of(STREAM, "stream." + what, body)
        .of(Extension.STREAMING)
        .over(GRPC)
        .with(Models.SIMPLE, Models.identity("FP32"));
  }

  static ModelInferRequest request(InferCall call) {
    return GrpcInference.request(call, true).build();
  }

  private static void same(ModelStreamInferResponse answer) {
    Check.equal("error_message", "", answer.getErrorMessage());
    Check.output(
        Samples.output(Samples.input(Datatype.FP32, 2, 3)),
        GrpcInference.answer(answer.getInferResponse()));
  }

  private static void one(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    var answer = stream.ask(request(Samples.identity().id("first")));
    same(answer);
    Check.equal("id", "first", answer.getInferResponse().getId());
    stream.finish();
    Check.equal("end", Status.Code.OK, stream.end().getCode());
  }

  private static void oneAfterAnother(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    for (int i = 0; i < 20; i++) {
      var answer = stream.ask(request(Samples.identity().id("r" + i)));
      Check.equal("id", "r" + i, answer.getInferResponse().getId());
    }
    stream.finish();
  }

  /// All are answered, each once; in which order is the server's to choose.
  private static void many(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    for (int i = 0; i < MANY; i++) {
      stream.say(request(Samples.identity().id("r" + i)));
    }
    stream.finish();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      var answer = stream.hear();
      same(answer);
      Check.that(
          ids.add(answer.getInferResponse().getId()),
          "each id once",
          answer.getInferResponse().getId());
    }
    Check.equal("end", Status.Code.OK, stream.end().getCode());
  }

  private static void severalModels(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    same(stream.ask(request(Samples.identity())));
    var sum = stream.ask(request(Samples.simple())).getInferResponse();
    Check.output(Samples.sum(1), GrpcInference.answer(sum));
    stream.finish();
  }

  private static void contents(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    same(stream.ask(GrpcInference.request(Samples.identity(), false).build()));
    stream.finish();
  }

  private static ModelInferRequest wrong() {
    var input = Samples.input(Datatype.FP32, 1, 2).shaped(1, 128);
    return request(InferCall.of(Models.identity("FP32"), input).id("wrong"));
  }

  private static void bad(Server server) throws InterruptedException {
    answeredWithError(server, wrong());
  }

  private static void unknownModel(Server server) throws InterruptedException {
    answeredWithError(
        server, request(InferCall.of("no_such_model", Samples.input(Datatype.FP32, 1, 2))));
  }

  private static void emptyMessage(Server server) throws InterruptedException {
    answeredWithError(server, ModelInferRequest.getDefaultInstance());
  }

  /// The error comes as a message, and the stream goes on.
  private static void answeredWithError(Server server, ModelInferRequest request)
      throws InterruptedException {
    var stream = new Conversation(server);
    same(stream.ask(request(Samples.identity())));
    var answer = stream.ask(request);
    Check.that(!answer.getErrorMessage().isEmpty(), "an error_message", answer);
    same(stream.ask(request(Samples.identity())));
    stream.finish();
    Check.equal("end", Status.Code.OK, stream.end().getCode());
  }

  private static void manyBad(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    for (int i = 0; i < 50; i++) {
      Check.that(!stream.ask(wrong()).getErrorMessage().isEmpty(), "an error_message", "none");
    }
    same(stream.ask(request(Samples.identity())));
    stream.finish();
  }

  private static void halfClose(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    for (int i = 0; i < 10; i++) {
      stream.say(request(Samples.identity()));
    }
    stream.finish();
    for (int i = 0; i < 10; i++) {
      same(stream.hear());
    }
    Check.equal("end", Status.Code.OK, stream.end().getCode());
  }

  private static void nothingSaid(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    stream.finish();
    Check.equal("end", Status.Code.OK, stream.end().getCode());
  }

  private static void cancelled(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    same(stream.ask(request(Samples.identity())));
    stream.cancel();
    Check.output(
        Samples.output(Samples.input(Datatype.FP32, 2, 3)),
        server.infer(Samples.identity(), Encoding.GRPC_RAW));
  }

  private static void badId(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    var answer = stream.ask(wrong());
    stream.finish();
    Check.equal("id", "wrong", answer.getInferResponse().getId());
  }

  private static void finalResponse(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    var call = Samples.identity().parameter("triton_enable_empty_final_response", true);
    var answer = stream.ask(request(call)).getInferResponse();
    stream.finish();
    Check.that(
        answer.containsParameters("triton_final_response")
            && answer.getParametersOrThrow("triton_final_response").getBoolParam(),
        "parameter triton_final_response: true",
        answer);
  }
}
