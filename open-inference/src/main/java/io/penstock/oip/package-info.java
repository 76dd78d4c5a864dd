/// The Open Inference Protocol over HTTP: requests and answers of `ModelInfer` between their HTTP
/// form (JSON, or JSON with binary tensors behind it) and their messages, and the routes to it.
///
/// The gateway and inference-service both speak this form, so it stands here once, beside the
/// contract and the kit: the one exception to "services share nothing but these two". Nothing else
/// belongs here.
///
/// Invariant: a tensor whose data does not hold exactly what its shape says never passes.
@NullMarked
package io.penstock.oip;

import org.jspecify.annotations.NullMarked;
