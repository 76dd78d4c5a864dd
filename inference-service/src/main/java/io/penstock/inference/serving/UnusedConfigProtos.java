package io.penstock.inference.serving;

import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelDynamicBatching;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelQueuePolicy.TimeoutAction;
import io.penstock.proto.oip.ModelSequenceBatching.StrategyChoiceCase;
import io.penstock.proto.oip.ModelWarmup;
import java.util.ArrayList;
import java.util.List;

/// Finds what a configuration asks for in Triton's terms and Penstock does not do: mostly ways to
/// wait for company, where nothing waits here.
final class UnusedConfigProtos {

  private final List<String> names = new ArrayList<>();

  private UnusedConfigProtos() {}

  static List<String> of(ModelConfig config) {
    var unused = new UnusedConfigProtos();
    unused.lookAt(config);
    return List.copyOf(unused.names);
  }

  private void lookAt(ModelConfig config) {
    if (config.hasDynamicBatching()) {
      lookAt(config.getDynamicBatching());
    }
    noteIf(
        config.getSequenceBatching().getStrategyChoiceCase()
            != StrategyChoiceCase.STRATEGYCHOICE_NOT_SET,
        "sequence_batching strategy");
    noteIf(config.getModelTransactionPolicy().getDecoupled(), "model_transaction_policy.decoupled");
    noteIf(config.getInputList().stream().anyMatch(ModelInput::getOptional), "input.optional");
    noteIf(
        config.getInstanceGroupList().stream().anyMatch(group -> group.getGpusCount() > 0),
        "instance_group.gpus");
    noteIf(
        config.getModelWarmupList().stream().anyMatch(UnusedConfigProtos::readsFiles),
        "model_warmup.inputs.input_data_file");
  }

  private void lookAt(ModelDynamicBatching batching) {
    var prefix = "dynamic_batching.";
    noteIf(batching.getPreferredBatchSizeCount() > 0, prefix + "preferred_batch_size");
    noteIf(batching.getMaxQueueDelayMicroseconds() != 0, prefix + "max_queue_delay_microseconds");
    noteIf(batching.getPreserveOrdering(), prefix + "preserve_ordering");
    noteIf(batching.getPriorityQueuePolicyCount() > 0, prefix + "priority_queue_policy");
    noteIf(
        batching.getDefaultQueuePolicy().getTimeoutAction() == TimeoutAction.DELAY,
        prefix + "default_queue_policy.timeout_action");
  }

  private static boolean readsFiles(ModelWarmup warmUp) {
    return warmUp.getInputsMap().values().stream().anyMatch(ModelWarmup.Input::hasInputDataFile);
  }

  private void noteIf(boolean present, String name) {
    if (present) {
      names.add(name);
    }
  }
}
