package io.penstock.registry.bom;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.penstock.registry.experiment.RunInput;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.component.ModelCard;
import org.cyclonedx.model.component.modelCard.InputOutputParameter;
import org.cyclonedx.model.component.modelCard.ModelParameters;
import org.cyclonedx.model.component.modelCard.PerformanceMetric;
import org.cyclonedx.model.component.modelCard.QuantitativeAnalysis;

/// A CycloneDX 1.6 bill of materials: the model as its subject, with a card of its tensors and
/// metrics; its files, its data and its libraries as components that it depends on.
final class BomDocument {

  private static final Version VERSION = Version.VERSION_16;

  private BomDocument() {}

  /// The document as JSON. The same materials make the same document.
  static Struct of(Materials materials) {
    var model = model(materials);
    var bom = new Bom();
    bom.setSerialNumber("urn:uuid:" + serial(materials));
    var metadata = new Metadata();
    metadata.setTimestamp(Date.from(materials.version().createTime()));
    metadata.setComponent(model);
    bom.setMetadata(metadata);
    var subject = new Dependency(model.getBomRef());
    bom.addDependency(subject);
    for (var component : components(materials)) {
      bom.addComponent(component);
      subject.addDependency(new Dependency(component.getBomRef()));
    }
    return json(bom);
  }

  private static UUID serial(Materials materials) {
    var identity = materials.version().name() + new TreeMap<>(materials.files()).toString();
    return UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8));
  }

  private static Struct json(Bom bom) {
    try {
      var document = Struct.newBuilder();
      JsonFormat.parser()
          .merge(BomGeneratorFactory.createJson(VERSION, bom).toJsonString(), document);
      // It is 1 where none is given; as a number of a Struct it would be 1.0, which some do not
      // take.
      return document.removeFields("version").build();
    } catch (GeneratorException | InvalidProtocolBufferException e) {
      throw new IllegalStateException("a bill of materials that is no JSON", e);
    }
  }

  private static Component model(Materials materials) {
    var version = materials.version();
    var model =
        component(Type.MACHINE_LEARNING_MODEL, version.name().toString(), version.name().model());
    model.setVersion(String.valueOf(version.name().number()));
    if (!version.description().isEmpty()) {
      model.setDescription(version.description());
    }
    model.setModelCard(card(version.signature(), version.metrics()));
    return model;
  }

  private static ModelCard card(Signature signature, Map<String, Double> metrics) {
    var parameters = new ModelParameters();
    parameters.setInputs(tensors(signature.inputs()));
    parameters.setOutputs(tensors(signature.outputs()));
    var analysis = new QuantitativeAnalysis();
    analysis.setPerformanceMetrics(
        new TreeMap<>(metrics).entrySet().stream().map(BomDocument::metric).toList());
    var card = new ModelCard();
    card.setModelParameters(parameters);
    card.setQuantitativeAnalysis(analysis);
    return card;
  }

  private static List<InputOutputParameter> tensors(List<TensorSpec> tensors) {
    return tensors.stream().map(BomDocument::tensor).toList();
  }

  private static InputOutputParameter tensor(TensorSpec tensor) {
    var parameter = new InputOutputParameter();
    parameter.setFormat(tensor.name() + " " + tensor.describe());
    return parameter;
  }

  private static PerformanceMetric metric(Map.Entry<String, Double> entry) {
    var metric = new PerformanceMetric();
    metric.setType(entry.getKey());
    metric.setValue(entry.getValue().toString());
    return metric;
  }

  private static List<Component> components(Materials materials) {
    var components = new TreeMap<String, Component>();
    materials
        .files()
        .forEach((path, digest) -> put(components, hashed(Type.FILE, path, digest.hex())));
    for (RunInput input : materials.inputs()) {
      var dataset = input.dataset();
      var component = hashed(Type.DATA, dataset.toString(), dataset.sha256());
      component.setDescription(input.context());
      put(components, component);
    }
    materials.dependencies().forEach(purl -> put(components, library(purl)));
    return List.copyOf(components.values());
  }

  private static void put(Map<String, Component> components, Component component) {
    components.put(component.getBomRef(), component);
  }

  private static Component hashed(Type type, String name, String sha256) {
    var component = component(type, type.getTypeName() + ":" + name, name);
    component.addHash(new Hash(Hash.Algorithm.SHA_256, sha256));
    return component;
  }

  /// A library by its package URL: `pkg:<type>/<namespace>/<name>@<version>`.
  private static Component library(String purl) {
    var path = purl.split("[?#]", 2)[0];
    int at = path.lastIndexOf('@');
    var name = path.substring(path.lastIndexOf('/') + 1, at < 0 ? path.length() : at);
    var component = component(Type.LIBRARY, purl, decoded(name));
    component.setPurl(purl);
    if (at >= 0) {
      component.setVersion(decoded(path.substring(at + 1)));
    }
    return component;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Component component(Type type, String reference, String name) {
    var component = new Component();
    component.setType(type);
    component.setBomRef(reference);
    component.setName(name);
    return component;
  }
}
