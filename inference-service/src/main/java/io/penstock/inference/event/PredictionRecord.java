package io.penstock.inference.event;

import io.penstock.inference.serving.Variant;
import io.penstock.inference.tensor.Tensor;
import java.time.Instant;
import java.util.List;

/// What is remembered of one prediction until its event is written. Only references: the event
/// itself is made on the writer's thread.
///
/// @param boundInput the input whose columns have names; empty where none has
/// @param columnNames those names
/// @param errorReason empty on success
public record PredictionRecord(
    String predictionId,
    String requestId,
    String model,
    String version,
    Variant variant,
    Instant occurredAt,
    Instant servedAt,
    String traceId,
    String principal,
    List<Tensor> inputs,
    String boundInput,
    List<String> columnNames,
    List<Tensor> outputs,
    int rows,
    long latencyNanos,
    long queueNanos,
    long computeNanos,
    int batchRows,
    String errorReason,
    long releaseRevision) {}
