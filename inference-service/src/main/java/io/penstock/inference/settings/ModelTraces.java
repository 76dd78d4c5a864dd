package io.penstock.inference.settings;

import io.penstock.kit.telemetry.TraceSampling.Rule;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which predictions of a model are written into traces, where that differs from other models'. It
/// can only thin them out: whether a trace is recorded at all is decided before the model is known.
@Singleton
public final class ModelTraces {

  /// All that is recorded: how it is without settings of the model's own.
  static final Rule ALL = new Rule(true, 1, Rule.NO_END);

  private record Traced(Rule rule, AtomicLong seen) {

    boolean next() {
      long every = Math.max(1, Math.round(1 / rule.ratio()));
      long number = seen.getAndIncrement();
      boolean within = rule.remaining() == Rule.NO_END || number / every < rule.remaining();
      return rule.on() && number % every == 0 && within;
    }

    Rule left() {
      long every = Math.max(1, Math.round(1 / rule.ratio()));
      long written = (seen.get() + every - 1) / every;
      return rule.remaining() == Rule.NO_END
          ? rule
          : new Rule(rule.on(), rule.ratio(), Math.max(0, rule.remaining() - written));
    }
  }

  private final Map<String, Traced> rules = new ConcurrentHashMap<>();

  /// Whether the model's next prediction is written into the trace that it belongs to.
  public boolean next(String model) {
    var traced = rules.get(model);
    return traced == null || traced.next();
  }

  Optional<Rule> find(String model) {
    return Optional.ofNullable(rules.get(model)).map(Traced::left);
  }

  void change(String model, Rule rule) {
    if (rule.equals(ALL)) {
      rules.remove(model);
    } else {
      rules.put(model, new Traced(rule, new AtomicLong()));
    }
  }
}
