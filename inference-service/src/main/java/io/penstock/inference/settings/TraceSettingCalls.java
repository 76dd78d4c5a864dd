package io.penstock.inference.settings;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.telemetry.TraceSampling;
import io.penstock.kit.telemetry.TraceSampling.Rule;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The trace extension: `trace_level`, `trace_rate` and `trace_count` change which of the traces
/// that begin here are recorded; of one model, which of its predictions are written into those that
/// are, so that its rate counts among them. What says where traces go can be read, and is changed
/// by configuration.
@Singleton
public final class TraceSettingCalls {

  private static final Logger log = LoggerFactory.getLogger(TraceSettingCalls.class);
  private static final long RATE_OF_NONE = 1_000;

  // Settings of Triton's that are as they are.
  private static final Map<String, String> FIXED =
      Map.of("trace_mode", "opentelemetry", "trace_file", "", "log_frequency", "0");

  private final TraceSampling sampling;
  private final ModelTraces models;

  TraceSettingCalls(TraceSampling sampling, ModelTraces models) {
    this.sampling = sampling;
    this.models = models;
  }

  /// Changes what the request holds and tells how things are then.
  public synchronized TraceSettingResponse apply(TraceSettingRequest request) {
    var model = request.getModelName();
    if (request.getSettingsCount() > 0) {
      change(model, request);
    }
    return describe(models.find(model).orElseGet(sampling::current));
  }

  private void change(String model, TraceSettingRequest request) {
    var problems = new InvalidArguments();
    var settings = new TreeMap<>(request.getSettingsMap());
    var back = model.isEmpty() ? sampling.configured() : ModelTraces.ALL;
    var rule = model.isEmpty() ? sampling.current() : models.find(model).orElse(back);
    for (var setting : settings.entrySet()) {
      rule = changed(rule, back, setting.getKey(), setting.getValue().getValueList(), problems);
    }
    problems.throwIfAny();
    put(model, rule);
    var caller = Caller.find().map(known -> known.principal().name()).orElse("somebody");
    log.info(
        "{} changed what is traced{}: {}", caller, model.isEmpty() ? "" : " of " + model, rule);
  }

  private void put(String model, Rule rule) {
    if (model.isEmpty()) {
      sampling.change(rule);
    } else {
      models.change(model, rule);
    }
  }

  // A setting without values goes back.
  private static Rule changed(
      Rule rule, Rule back, String name, List<String> values, InvalidArguments problems) {
    var field = "settings." + name;
    return switch (name) {
      case "trace_level" ->
          new Rule(
              values.isEmpty() ? back.on() : isOn(field, values, problems),
              rule.ratio(),
              rule.remaining());
      case "trace_rate" ->
          new Rule(
              rule.on(),
              values.isEmpty() ? back.ratio() : 1.0 / number(field, values, 1, problems),
              rule.remaining());
      case "trace_count" ->
          new Rule(
              rule.on(),
              rule.ratio(),
              values.isEmpty() ? back.remaining() : number(field, values, Rule.NO_END, problems));
      default -> {
        fixed(name, field, values, problems);
        yield rule;
      }
    };
  }

  private static boolean isOn(String field, List<String> values, InvalidArguments problems) {
    problems.addIf(
        values.size() != 1 || !List.of("OFF", "TIMESTAMPS").contains(values.getFirst()),
        field,
        "was %s, expected OFF or TIMESTAMPS; tensors are not traced".formatted(values));
    return !values.contains("OFF");
  }

  private static long number(
      String field, List<String> values, long least, InvalidArguments problems) {
    try {
      long value = Long.parseLong(values.size() == 1 ? values.getFirst() : "");
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    problems.add(field, "was %s, expected an integer, at least %d".formatted(values, least));
    return 1;
  }

  private static void fixed(
      String name, String field, List<String> values, InvalidArguments problems) {
    var value = FIXED.get(name);
    if (value == null) {
      problems.add(field, "is no trace setting, expected trace_level, trace_rate or trace_count");
    } else if (!values.isEmpty() && !values.equals(List.of(value))) {
      problems.add(field, "cannot be changed while the service runs; it is '%s'".formatted(value));
    }
  }

  private static TraceSettingResponse describe(Rule rule) {
    var response = TraceSettingResponse.newBuilder();
    boolean on = rule.on() && rule.ratio() > 0;
    long rate = rule.ratio() > 0 ? Math.max(1, Math.round(1 / rule.ratio())) : RATE_OF_NONE;
    put(response, "trace_level", on ? "TIMESTAMPS" : "OFF");
    put(response, "trace_rate", Long.toString(rate));
    put(response, "trace_count", Long.toString(rule.remaining()));
    FIXED.forEach((name, value) -> put(response, name, value));
    return response.build();
  }

  private static void put(TraceSettingResponse.Builder response, String name, String value) {
    response.putSettings(
        name, TraceSettingResponse.SettingValue.newBuilder().addValue(value).build());
  }
}
