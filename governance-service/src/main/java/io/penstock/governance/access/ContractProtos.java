package io.penstock.governance.access;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.ExtensionRegistry;
import io.penstock.proto.options.v1.AccessProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/// The contract as descriptors, from the jar that the stubs are in.
final class ContractProtos {

  private static final String CONTRACT = "penstock/contract.binpb";

  private ContractProtos() {}

  /// The permissions that RPCs of all services ask for.
  static List<String> permissions() {
    return read().getFileList().stream()
        .flatMap(file -> file.getServiceList().stream())
        .flatMap(service -> service.getMethodList().stream())
        .map(method -> method.getOptions().getExtension(AccessProto.access).getPermission())
        .filter(permission -> !permission.isEmpty())
        .toList();
  }

  private static FileDescriptorSet read() {
    var extensions = ExtensionRegistry.newInstance();
    AccessProto.registerAllExtensions(extensions);
    try (InputStream in = ContractProtos.class.getClassLoader().getResourceAsStream(CONTRACT)) {
      if (in == null) {
        throw new IllegalStateException(CONTRACT + " is missing, expected in the contract's jar");
      }
      return FileDescriptorSet.parseFrom(in, extensions);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + CONTRACT, e);
    }
  }
}
