package io.penstock.demo;

import io.grpc.StatusRuntimeException;
import io.penstock.demo.story.Canary;
import io.penstock.demo.story.CanaryPlan;
import io.penstock.demo.story.Evidence;
import io.penstock.demo.story.FeatureFeed;
import io.penstock.demo.story.FeatureStore;
import io.penstock.demo.story.Gate;
import io.penstock.demo.story.Judgement;
import io.penstock.demo.story.Laboratory;
import io.penstock.demo.story.Registered;
import io.penstock.demo.story.Replay;
import io.penstock.demo.story.Replayed;
import io.penstock.demo.story.Story;
import io.penstock.demo.suite.Refusal;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.suite.Suite;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.demo.training.TrainingFailed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Runs the main job against a suite that is up, and says how it went.
public final class Demo {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private final DemoOptions options;
  private final Terminal terminal;
  private final Clock clock;
  private final Instant start;
  private Step step = Step.REGISTER;

  private Demo(DemoOptions options, Terminal terminal, Clock clock) {
    this.options = options;
    this.terminal = terminal;
    this.clock = clock;
    this.start = clock.instant();
  }

  public static void main(String... args) {
    // LightGBM4J logs through SLF4J; that nobody listens is no news.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.exit(run(List.of(args), Terminal.standard(), Clock.systemUTC()));
  }

  /// @return 0 when every step held what it promises, 1 when one did not, 2 where the options are
  ///   wrong
  public static int run(List<String> args, Terminal terminal, Clock clock) {
    try {
      return new Demo(DemoOptions.parse(args), terminal, clock).run();
    } catch (IllegalArgumentException e) {
      terminal.failed(String.valueOf(e.getMessage()));
      terminal.line(DemoOptions.USAGE);
      return MISUSED;
    }
  }

  private int run() {
    terminal.title("Penstock · flight delays of 2001 · " + options.gateway());
    try (Suite suite = Suite.at(options.gateway(), options.grpc(), options.tokens())) {
      play(new Story(suite, terminal, clock));
      terminal.section("Done in " + Figures.seconds(sinceStart()) + ".");
      return DONE;
    } catch (StepFailed | TrainingFailed e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (StatusRuntimeException e) {
      return failed(Refusal.of(e).toString());
    }
  }

  private void play(Story story) {
    CanaryPlan plan = new CanaryPlan(options.flights());
    begin(Step.REGISTER);
    Registered registered = new Laboratory(story).work();
    begin(Step.GATE);
    Canary canary = new Gate(story, plan).pass(registered);
    begin(Step.FEATURES);
    FeatureFeed feed = new FeatureStore(story).fill(registered);
    begin(Step.TRAFFIC);
    Replayed replayed = new Replay(story, registered, canary, feed).play(options.flights());
    new Judgement(story).judge(canary, replayed);
    begin(Step.EVIDENCE);
    new Evidence(story).show(canary, replayed, start);
  }

  private void begin(Step next) {
    step = next;
    terminal.section(
        "%d  %s  (%s)".formatted(next.ordinal() + 1, next.title(), Figures.seconds(sinceStart())));
  }

  private int failed(String message) {
    terminal.section("");
    terminal.failed("step %d, %s: %s".formatted(step.ordinal() + 1, step.title(), message));
    terminal.line("  look at: deploy/penstock status, deploy/penstock logs " + step.service());
    return FAILED;
  }

  private Duration sinceStart() {
    return Duration.between(start, clock.instant());
  }
}
