package io.penstock.feature.validation;

import io.penstock.feature.row.Value;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One row as it came in, with nothing checked.
///
/// @param eventUs null where missing; `Micros.INVALID` where it is no time
/// @param knownUs the same; null stands for now
/// @param values by feature name; null where the sender said so
/// @param wire the row exactly as it came, for the quarantine
public record IncomingRow(
    String entityKey,
    @Nullable Long eventUs,
    @Nullable Long knownUs,
    Map<String, @Nullable Value> values,
    Supplier<byte[]> wire) {}
