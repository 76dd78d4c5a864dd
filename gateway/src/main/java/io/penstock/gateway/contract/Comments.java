package io.penstock.gateway.contract;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The comments of the contract, by full name of the element that they stand before.
final class Comments {

  /// Field numbers of descriptor.proto, by which a source path points into a file.
  private static final int MESSAGE_OF_FILE = 4;

  private static final int ENUM_OF_FILE = 5;
  private static final int SERVICE_OF_FILE = 6;
  private static final int FIELD_OF_MESSAGE = 2;
  private static final int MESSAGE_OF_MESSAGE = 3;
  private static final int MEMBER = 2;

  private final Map<String, String> byName;

  private Comments(Map<String, String> byName) {
    this.byName = byName;
  }

  static Comments of(List<FileDescriptorProto> protos, Map<String, FileDescriptor> files) {
    Map<String, String> byName = new HashMap<>();
    for (FileDescriptorProto proto : protos) {
      FileDescriptor file = Objects.requireNonNull(files.get(proto.getName()));
      for (Location location : proto.getSourceCodeInfo().getLocationList()) {
        String comment = location.getLeadingComments().strip().replace("\n ", "\n");
        if (!comment.isEmpty()) {
          elementAt(file, location.getPathList())
              .ifPresent(it -> byName.put(it.getFullName(), comment));
        }
      }
    }
    return new Comments(byName);
  }

  /// The comment before an element; empty where there is none.
  String of(String fullName) {
    return byName.getOrDefault(fullName, "");
  }

  private static Optional<GenericDescriptor> elementAt(FileDescriptor file, List<Integer> path) {
    if (path.size() < 2) {
      return Optional.empty();
    }
    int index = path.get(1);
    List<Integer> rest = path.subList(2, path.size());
    return switch (path.get(0)) {
      case MESSAGE_OF_FILE -> within(file.getMessageTypes().get(index), rest);
      case ENUM_OF_FILE -> within(file.getEnumTypes().get(index), rest);
      case SERVICE_OF_FILE -> within(file.getServices().get(index), rest);
      default -> Optional.empty();
    };
  }

  private static Optional<GenericDescriptor> within(Descriptor message, List<Integer> path) {
    if (path.isEmpty()) {
      return Optional.of(message);
    }
    if (path.size() == 2 && path.get(0) == FIELD_OF_MESSAGE) {
      return Optional.of(message.getFields().get(path.get(1)));
    }
    return path.size() >= 2 && path.get(0) == MESSAGE_OF_MESSAGE
        ? within(message.getNestedTypes().get(path.get(1)), path.subList(2, path.size()))
        : Optional.empty();
  }

  private static Optional<GenericDescriptor> within(EnumDescriptor type, List<Integer> path) {
    return path.isEmpty() ? Optional.of(type) : member(path).map(type.getValues()::get);
  }

  private static Optional<GenericDescriptor> within(ServiceDescriptor service, List<Integer> path) {
    return path.isEmpty() ? Optional.of(service) : member(path).map(service.getMethods()::get);
  }

  private static Optional<Integer> member(List<Integer> path) {
    return path.size() == 2 && path.get(0) == MEMBER ? Optional.of(path.get(1)) : Optional.empty();
  }
}
