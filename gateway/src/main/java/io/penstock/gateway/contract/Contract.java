package io.penstock.gateway.contract;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.ExtensionRegistry;
import io.penstock.kit.access.AccessRule;
import io.penstock.proto.options.v1.AccessProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The contract as the gateway reads it: every RPC of every service, from the descriptor set in the
/// proto jar. Nothing about a single RPC is written anywhere in the gateway.
public final class Contract {

  private static final String RESOURCE = "/penstock/contract.binpb";

  private final List<Rpc> rpcs;
  private final List<ServiceDescriptor> services;
  private final Comments comments;

  private Contract(List<ServiceDescriptor> services, Comments comments) {
    this.services = services;
    this.comments = comments;
    this.rpcs =
        services.stream().flatMap(service -> service.getMethods().stream()).map(this::rpc).toList();
  }

  /// Reads the contract from the class path.
  public static Contract load() {
    ExtensionRegistry options = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(options);
    AccessProto.registerAllExtensions(options);
    try (InputStream in =
        Objects.requireNonNull(Contract.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return of(FileDescriptorSet.parseFrom(in, options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Contract of(FileDescriptorSet set) {
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    set.getFileList().forEach(file -> files.put(file.getName(), link(file, files)));
    List<ServiceDescriptor> services =
        files.values().stream()
            .flatMap(file -> file.getServices().stream())
            .sorted(Comparator.comparing(ServiceDescriptor::getFullName))
            .toList();
    return new Contract(services, Comments.of(set.getFileList(), files));
  }

  /// protoc writes a set with dependencies first, so everything that a file imports is linked
  /// already.
  private static FileDescriptor link(FileDescriptorProto file, Map<String, FileDescriptor> linked) {
    FileDescriptor[] imports =
        file.getDependencyList().stream()
            .map(linked::get)
            .map(Objects::requireNonNull)
            .toArray(FileDescriptor[]::new);
    try {
      return FileDescriptor.buildFrom(file, imports);
    } catch (DescriptorValidationException e) {
      throw new IllegalArgumentException("contract: " + file.getName() + " does not link", e);
    }
  }

  private Rpc rpc(MethodDescriptor method) {
    return new Rpc(
        method,
        method.getService().getFullName() + "/" + method.getName(),
        AccessRule.of(method),
        peerOf(method.getService()),
        method.getOptions().getExtension(AccessProto.access).getCost(),
        bindingsOf(method),
        comment(method));
  }

  /// The package names the service that answers: `penstock.registry.v1` → `registry`, `inference` →
  /// `inference`. MLflow's API is a second one of the registry's.
  private static String peerOf(ServiceDescriptor service) {
    String[] parts = service.getFile().getPackage().split("\\.");
    String name = parts[0].equals("penstock") ? parts[1] : parts[0];
    return name.equals("mlflow") ? "registry" : name;
  }

  private static List<HttpBinding> bindingsOf(MethodDescriptor method) {
    if (!method.getOptions().hasExtension(AnnotationsProto.http)) {
      return List.of();
    }
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    return Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
        .map(HttpBinding::of)
        .toList();
  }

  /// Every RPC, in the order of services and methods.
  public List<Rpc> rpcs() {
    return rpcs;
  }

  /// The RPC of this full name.
  public Rpc rpc(String fullName) {
    return rpcs.stream()
        .filter(rpc -> rpc.fullName().equals(fullName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("contract: no RPC " + fullName));
  }

  /// Every service, by name.
  public List<ServiceDescriptor> services() {
    return services;
  }

  /// The comment before an element of the contract; empty where there is none.
  public String comment(GenericDescriptor element) {
    return comments.of(element.getFullName());
  }
}
