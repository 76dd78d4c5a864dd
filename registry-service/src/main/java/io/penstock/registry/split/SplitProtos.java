package io.penstock.registry.split;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.CreateSplitRequest;
import io.penstock.proto.registry.v1.SplitPart;
import io.penstock.registry.Limits;
import io.penstock.registry.NamePattern;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.dataset.DatasetName;
import java.time.Instant;
import java.util.HashSet;

/// Splits on the wire; whatever comes from there is checked here.
public final class SplitProtos {

  private static final NamePattern EXPERIMENTS = NamePattern.of("experiments/{experiment}");
  private static final int SEED = 200;
  private static final int MOST_PARTS = 20;
  private static final int MOST_WEIGHT = 1_000_000;

  private SplitProtos() {}

  public static Split fromProto(CreateSplitRequest request, Instant now, String caller) {
    var experiment = EXPERIMENTS.parse("parent", request.getParent()).getFirst();
    var given = request.getSplit();
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "split_id", request.getSplitId());
    // A NUL ends the seed in what is hashed.
    Limits.text(problems, "split.seed", given.getSeed(), SEED);
    Limits.text(problems, "split.key", given.getKey(), Limits.KEY);
    checkParts(problems, given);
    problems.throwIfAny();
    if (!given.getDataset().isEmpty()) {
      var _ = DatasetName.parse("split.dataset", given.getDataset());
    }
    return new Split(new SplitName(experiment, request.getSplitId()), rule(given), now, caller);
  }

  private static void checkParts(
      InvalidArguments problems, io.penstock.proto.registry.v1.Split split) {
    int count = split.getPartsCount();
    problems.addIf(
        count < 2 || count > MOST_PARTS,
        "split.parts",
        "has %d parts, expected 2 to %d".formatted(count, MOST_PARTS));
    var names = new HashSet<String>();
    for (int i = 0; i < Math.min(count, MOST_PARTS); i++) {
      var part = split.getParts(i);
      var field = "split.parts[%d]".formatted(i);
      Limits.key(problems, field + ".name", part.getName());
      problems.addIf(!names.add(part.getName()), field + ".name", "comes twice");
      problems.addIf(
          part.getWeight() < 1 || part.getWeight() > MOST_WEIGHT,
          field + ".weight",
          "was %d, expected 1 to %d".formatted(part.getWeight(), MOST_WEIGHT));
    }
  }

  private static SplitRule rule(io.penstock.proto.registry.v1.Split split) {
    return new SplitRule(
        split.getSeed(),
        split.getPartsList().stream()
            .map(part -> new SplitRule.Part(part.getName(), part.getWeight()))
            .toList(),
        split.getKey(),
        split.getDataset());
  }

  /// As it is stored.
  static byte[] encode(Split split) {
    return toProto(split).toByteArray();
  }

  static Split decode(SplitName name, byte[] stored) {
    var split = StoredProtos.parse(io.penstock.proto.registry.v1.Split.parser(), stored);
    return new Split(
        name, rule(split), Times.fromProto(split.getCreateTime()), split.getCreatedBy());
  }

  public static io.penstock.proto.registry.v1.Split toProto(Split split) {
    var rule = split.rule();
    return io.penstock.proto.registry.v1.Split.newBuilder()
        .setName(split.name().toString())
        .setSeed(rule.seed())
        .addAllParts(
            rule.parts().stream()
                .map(
                    part ->
                        SplitPart.newBuilder()
                            .setName(part.name())
                            .setWeight(part.weight())
                            .build())
                .toList())
        .setKey(rule.key())
        .setDataset(rule.dataset())
        .setSha256(rule.sha256())
        .setCreateTime(Times.toProto(split.createTime()))
        .setCreatedBy(split.createdBy())
        .build();
  }
}
