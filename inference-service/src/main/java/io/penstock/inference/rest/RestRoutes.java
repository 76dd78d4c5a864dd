package io.penstock.inference.rest;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.penstock.inference.protocol.OpenInferenceCalls;
import io.penstock.inference.rest.RestFailure.UnknownRoute;
import io.penstock.inference.rest.RestFailure.VerbNotAllowed;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.OtherTransport;
import io.penstock.oip.InferTarget;
import io.penstock.oip.message.ProtocolRoutes;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Finds what an HTTP request asks for among the RPCs of the protocol.
@Singleton
final class RestRoutes {

  private static final String SERVICE = GRPCInferenceServiceGrpc.SERVICE_NAME;

  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
  private final ServerMethodDefinition<?, ?> infer;
  private final ProtocolRoutes routes;
  private final OpenInferenceCalls protocol;
  private final RestConfig config;

  RestRoutes(
      List<BindableService> services,
      OtherTransport transport,
      OpenInferenceCalls protocol,
      RestConfig config) {
    this.protocol = protocol;
    this.config = config;
    for (var service : services) {
      var definition = service.bindService();
      if (definition.getServiceDescriptor().getName().equals(SERVICE)) {
        add(transport.guarded(readingFromExchange(definition)));
      }
    }
    this.infer =
        Objects.requireNonNull(
            methods.get(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName()));
    this.routes =
        new ProtocolRoutes(
            ModelInferRequest.getDescriptor().getFile().findServiceByName("GRPCInferenceService"));
  }

  private void add(ServerServiceDefinition service) {
    service
        .getMethods()
        .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method));
  }

  private static ServerServiceDefinition readingFromExchange(ServerServiceDefinition service) {
    var reading = ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    service.getMethods().stream()
        .filter(method -> method.getMethodDescriptor().getType() == MethodType.UNARY)
        .forEach(method -> reading.addMethod(OperationHandler.around(method)));
    return reading.build();
  }

  /// The operation that a request means.
  ///
  /// @throws FailureException with a [RestFailure] where nothing is declared
  RestOperation find(RestRequest request) {
    var target = InferTarget.find(request.verb(), request.target());
    if (target.isPresent()) {
      return new InferOperation(infer, target.get(), request, config.maxBodySize(), this::metadata);
    }
    var verb = request.routedVerb();
    var path = request.path();
    var call = routes.find(verb, path).orElseThrow(() -> new FailureException(nothing(verb, path)));
    return new ProtocolOperation(
        Objects.requireNonNull(methods.get(call.fullMethodName())),
        call,
        request,
        config.maxBodySize());
  }

  private RestFailure nothing(String verb, String path) {
    var verbs = routes.verbs(path);
    return verbs.isEmpty() ? new UnknownRoute(verb, path) : new VerbNotAllowed(verb, path, verbs);
  }

  private ModelMetadataResponse metadata(InferTarget target) {
    return protocol.modelMetadata(
        ModelMetadataRequest.newBuilder()
            .setName(target.model())
            .setVersion(target.version())
            .build());
  }
}
