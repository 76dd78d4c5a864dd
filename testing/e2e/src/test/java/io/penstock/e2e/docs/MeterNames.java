package io.penstock.e2e.docs;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The names of our meters, read from the classes that make them, as Prometheus spells them.
final class MeterNames {

  private static final Pattern NAME = Pattern.compile("(penstock|rpc|http)(\\.[a-z]+)+");
  private static final Pattern PART = Pattern.compile("[a-z]+(\\.[a-z]+)*");
  private static final Set<String> MAKING =
      Set.of("builder", "counter", "gauge", "timer", "summary");

  /// How javac writes a place to fill in a concatenation.
  private static final String FILLED_IN = "\1";

  private MeterNames() {}

  /// Those that are given as one constant.
  static Set<String> whole() {
    var names = new HashSet<String>();
    makers()
        .flatMap(maker -> maker.methods().stream())
        .forEach(method -> method.code().ifPresent(code -> addTo(names, code)));
    return spelled(names);
  }

  /// Those, and all that could be put together of a prefix and another constant of the same class.
  static Set<String> possible() {
    var names = new HashSet<String>();
    makers().map(MeterNames::constants).forEach(constants -> addComposed(names, constants));
    names.addAll(whole());
    return spelled(names);
  }

  /// The first constant that looks like a name, before each call that makes a meter.
  private static void addTo(Set<String> names, CodeModel code) {
    var candidates = new ArrayList<String>();
    for (var element : code) {
      if (element instanceof ConstantInstruction constant
          && constant.constantValue() instanceof String text) {
        candidates.add(text);
      } else if (element instanceof InvokeInstruction call && makesMeter(call)) {
        candidates.stream().filter(NAME.asMatchPredicate()).findFirst().ifPresent(names::add);
        candidates.clear();
      }
    }
  }

  private static boolean makesMeter(InvokeInstruction call) {
    return call.owner().asInternalName().startsWith("io/micrometer/core/instrument/")
        && MAKING.contains(call.name().stringValue());
  }

  private static void addComposed(Set<String> names, List<String> constants) {
    for (var prefix : constants) {
      if (prefix.endsWith("." + FILLED_IN)) {
        constants.stream()
            .filter(PART.asMatchPredicate())
            .map(part -> prefix.replace(FILLED_IN, part))
            .forEach(names::add);
      }
    }
  }

  private static Set<String> spelled(Set<String> names) {
    var spelled = new HashSet<String>();
    names.forEach(name -> spelled.add(name.replace('.', '_')));
    return spelled;
  }

  private static Stream<ClassModel> makers() {
    return Code.classes().filter(MeterNames::knowsMeters).map(MeterNames::bytecode);
  }

  private static boolean knowsMeters(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getFullName())
        .anyMatch(name -> name.startsWith("io.micrometer.core.instrument."));
  }

  private static List<String> constants(ClassModel type) {
    var constants = new ArrayList<String>();
    for (var entry : type.constantPool()) {
      if (entry instanceof StringEntry text) {
        constants.add(text.stringValue());
      }
    }
    return constants;
  }

  private static ClassModel bytecode(JavaClass type) {
    try (var in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
