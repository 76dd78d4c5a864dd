package io.penstock.kit.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.penstock.proto.options.v1.AccessProto;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AuditDetailsTest {

  /// A message with a text, a secret, bytes, a list, an Any and a child of its own kind.
  private static final Descriptor NODE = node();

  private static Descriptor node() {
    var node =
        DescriptorProto.newBuilder()
            .setName("Node")
            .addField(field("text", 1, Type.TYPE_STRING))
            .addField(field("secret", 2, Type.TYPE_STRING).setOptions(sensitive()))
            .addField(field("blob", 3, Type.TYPE_BYTES))
            .addField(field("names", 4, Type.TYPE_STRING).setLabel(Label.LABEL_REPEATED))
            .addField(field("child", 5, Type.TYPE_MESSAGE).setTypeName(".test.Node"))
            .addField(field("any", 6, Type.TYPE_MESSAGE).setTypeName(".google.protobuf.Any"));
    var file =
        FileDescriptorProto.newBuilder()
            .setName("test.proto")
            .setPackage("test")
            .setSyntax("proto3")
            .addDependency("google/protobuf/any.proto")
            .addMessageType(node)
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {Any.getDescriptor().getFile()})
          .findMessageTypeByName("Node");
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FieldOptions sensitive() {
    return FieldOptions.newBuilder().setExtension(AccessProto.sensitive, true).build();
  }

  private static FieldDescriptor named(String name) {
    return NODE.findFieldByName(name);
  }

  private static DynamicMessage.Builder message() {
    return DynamicMessage.newBuilder(NODE);
  }

  private static void assertJsonWithinBounds(String json) throws Exception {
    JsonFormat.parser().merge(json, Struct.newBuilder());
    assertThat(json.getBytes(UTF_8).length).isLessThanOrEqualTo(AuditDetails.MAX_BYTES);
  }

  @Test
  void of_leavesOutSensitiveFieldsAtEveryDepth() {
    Message child =
        message().setField(named("text"), "inner").setField(named("secret"), "s2").build();
    Message request =
        message()
            .setField(named("text"), "outer")
            .setField(named("secret"), "s1")
            .setField(named("child"), child)
            .build();
    assertThat(AuditDetails.of(request))
        .isEqualTo("{\"text\":\"outer\",\"child\":{\"text\":\"inner\"}}");
  }

  @Test
  void of_leavesOutWhatItCannotLookInto() {
    Any any = Any.pack(Struct.getDefaultInstance());
    Message request = message().setField(named("text"), "t").setField(named("any"), any).build();
    assertThat(AuditDetails.of(request)).isEqualTo("{\"text\":\"t\"}");
  }

  @Test
  void of_cutsLongValues() throws Exception {
    var request =
        message()
            .setField(named("text"), "x".repeat(100_000))
            .setField(named("blob"), ByteString.copyFrom(new byte[100_000]));
    IntStream.range(0, 1_000).forEach(n -> request.addRepeatedField(named("names"), "name " + n));
    String json = AuditDetails.of(request.build());
    assertJsonWithinBounds(json);
    assertThat(json).contains("x".repeat(512) + "…").contains("name 19").doesNotContain("name 20");
  }

  @Test
  void of_stillTooLong_saysWhichFieldsThereWere() throws Exception {
    var request = message().setField(named("text"), "t");
    IntStream.range(0, 20).forEach(n -> request.addRepeatedField(named("names"), "ü".repeat(500)));
    String json = AuditDetails.of(request.build());
    assertJsonWithinBounds(json);
    assertThat(json).isEqualTo("{\"truncated\":true,\"fields\":[\"text\",\"names\"]}");
  }

  @Test
  void of_facts() throws Exception {
    assertThat(AuditDetails.of(new TreeMap<>(Map.of("b", "\"2\"", "a", "1"))))
        .isEqualTo("{\"a\":\"1\",\"b\":\"\\\"2\\\"\"}");
    var many = new TreeMap<String, String>();
    IntStream.range(0, 500).forEach(n -> many.put("fact " + n, "v".repeat(1_000)));
    assertJsonWithinBounds(AuditDetails.of(many));
  }
}
