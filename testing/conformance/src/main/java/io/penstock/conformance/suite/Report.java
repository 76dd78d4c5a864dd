package io.penstock.conformance.suite;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.penstock.conformance.suite.Outcome.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// The outcomes as a file for machines.
public final class Report {

  private Report() {}

  /// Writes JUnit's XML where the name ends so, JSON otherwise.
  public static void write(List<Outcome> outcomes, Path file) throws IOException {
    var name = file.getFileName().toString();
    Files.writeString(file, name.endsWith(".xml") ? xml(outcomes) : json(outcomes));
  }

  static String json(List<Outcome> outcomes) {
    var cases = new JsonArray();
    for (var outcome : outcomes) {
      var entry = new JsonObject();
      entry.addProperty("id", outcome.of().id());
      entry.addProperty("section", outcome.of().section().title());
      entry.addProperty("extension", outcome.of().extension().label());
      entry.addProperty("level", outcome.of().level().name());
      entry.addProperty("verdict", outcome.verdict().name());
      entry.addProperty("detail", outcome.detail());
      entry.addProperty("millis", outcome.took().toMillis());
      cases.add(entry);
    }
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(cases);
  }

  static String xml(List<Outcome> outcomes) {
    var text = new StringWriter();
    try {
      var out = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      out.writeStartDocument();
      out.writeStartElement("testsuite");
      out.writeAttribute("name", "open-inference-protocol");
      out.writeAttribute("tests", String.valueOf(outcomes.size()));
      var summary = new Summary(outcomes);
      out.writeAttribute("failures", String.valueOf(summary.count(Verdict.FAILED)));
      out.writeAttribute(
          "skipped",
          String.valueOf(summary.count(Verdict.SKIPPED) + summary.count(Verdict.MISSED)));
      for (var outcome : outcomes) {
        testCase(outcome, out);
      }
      out.writeEndElement();
      out.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing a string", e);
    }
    return text.toString();
  }

  private static void testCase(Outcome outcome, XMLStreamWriter out) throws XMLStreamException {
    out.writeStartElement("testcase");
    out.writeAttribute("classname", outcome.of().extension().label());
    out.writeAttribute("name", outcome.of().id());
    out.writeAttribute("time", String.valueOf(outcome.took().toMillis() / 1000.0));
    if (!outcome.is(Verdict.PASSED)) {
      out.writeStartElement(outcome.is(Verdict.FAILED) ? "failure" : "skipped");
      out.writeAttribute("message", outcome.verdict().name());
      out.writeCharacters(printable(outcome.detail()));
      out.writeEndElement();
    }
    out.writeEndElement();
  }

  // XML has no way to say most control characters.
  private static String printable(String text) {
    return text.replaceAll("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD]", "·");
  }
}
