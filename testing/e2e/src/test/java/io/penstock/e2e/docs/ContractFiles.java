package io.penstock.e2e.docs;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.ExtensionRegistry;
import io.penstock.proto.options.v1.AccessProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The contract as the proto module ships it: `penstock/contract.binpb`.
final class ContractFiles {

  private ContractFiles() {}

  /// Every RPC that the contract declares.
  static List<MethodDescriptor> methods() {
    return files().values().stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .toList();
  }

  private static Map<String, FileDescriptor> files() {
    var built = new LinkedHashMap<String, FileDescriptor>();
    // protoc writes a file after those that it imports.
    for (var file : set().getFileList()) {
      var imports = file.getDependencyList().stream().map(built::get).map(Objects::requireNonNull);
      try {
        built.put(
            file.getName(), FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new)));
      } catch (DescriptorValidationException e) {
        throw new IllegalStateException(e);
      }
    }
    return built;
  }

  private static FileDescriptorSet set() {
    var options = ExtensionRegistry.newInstance();
    AccessProto.registerAllExtensions(options);
    try (var in = AccessProto.class.getResourceAsStream("/penstock/contract.binpb")) {
      return FileDescriptorSet.parseFrom(Objects.requireNonNull(in), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
