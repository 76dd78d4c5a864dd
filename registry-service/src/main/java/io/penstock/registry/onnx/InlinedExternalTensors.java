package io.penstock.registry.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.proto.onnx.ModelProto;
import io.penstock.proto.onnx.StringStringEntryProto;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.registry.RegistryFailure.ExternalData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Takes weights that lie in files beside a model into the model, so that it can go anywhere as one
/// file. MLflow's clients save every larger weight that way.
public final class InlinedExternalTensors {

  private static final String LENGTH = "length";
  private static final String OFFSET = "offset";

  /// Held in memory while it is written.
  private static final long MOST_BYTES = 512L << 20;

  private final String artifact;
  private final Function<String, Optional<ByteBuffer>> files;
  private final Map<String, ByteBuffer> opened = new HashMap<>();
  private long total;

  private InlinedExternalTensors(String artifact, Function<String, Optional<ByteBuffer>> files) {
    this.artifact = artifact;
    this.files = files;
  }

  /// The model with all of its weights; empty where it has them already or is no model.
  ///
  /// @param artifact the name that failures speak of
  /// @param files the bytes of the file of a location, where there is one
  public static Optional<byte[]> inline(
      String artifact, ByteBuffer bytes, Function<String, Optional<ByteBuffer>> files) {
    return parse(bytes)
        .filter(model -> ExternalTensors.findFirst(model).isPresent())
        .map(model -> new InlinedExternalTensors(artifact, files).inlined(model));
  }

  private static Optional<ModelProto> parse(ByteBuffer bytes) {
    var input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    try {
      return Optional.of(ModelProto.parseFrom(input));
    } catch (IOException noModel) {
      return Optional.empty();
    }
  }

  private byte[] inlined(ModelProto model) {
    total = model.getSerializedSize();
    var builder = model.toBuilder();
    walk(builder);
    return builder.build().toByteArray();
  }

  private void walk(Message.Builder builder) {
    if (builder instanceof TensorProto.Builder tensor) {
      if (ExternalTensors.isExternal(tensor.build())) {
        fill(tensor);
      }
      return;
    }
    builder.getAllFields().keySet().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .forEach(field -> walk(builder, field));
  }

  private void walk(Message.Builder builder, FieldDescriptor field) {
    if (!field.isRepeated()) {
      walk(builder.getFieldBuilder(field));
      return;
    }
    for (int i = 0; i < builder.getRepeatedFieldCount(field); i++) {
      walk(builder.getRepeatedFieldBuilder(field, i));
    }
  }

  private void fill(TensorProto.Builder tensor) {
    var entries = new HashMap<String, String>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    var location = entries.getOrDefault("location", "");
    var file =
        opened.computeIfAbsent(
            location, path -> files.apply(path).orElseThrow(() -> lost(tensor, path)));
    tensor
        .setRawData(slice(tensor, file, location, entries))
        .clearExternalData()
        .clearDataLocation();
  }

  private ByteString slice(
      TensorProto.Builder tensor, ByteBuffer file, String location, Map<String, String> entries) {
    try {
      long offset = Long.parseLong(entries.getOrDefault(OFFSET, "0"));
      long length =
          entries.containsKey(LENGTH) ? Long.parseLong(entries.get(LENGTH)) : file.limit() - offset;
      total = Math.addExact(total, length);
      if (total > MOST_BYTES) {
        throw lost(tensor, location);
      }
      return UnsafeByteOperations.unsafeWrap(
          file.slice(Math.toIntExact(offset), Math.toIntExact(length)));
    } catch (ArithmeticException | NumberFormatException | IndexOutOfBoundsException outside) {
      throw lost(tensor, location);
    }
  }

  private RuntimeException lost(TensorProto.Builder tensor, String location) {
    return new ExternalData(artifact, tensor.getName(), location).exception();
  }
}
