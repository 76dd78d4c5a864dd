/// Gates: policies of criteria in CEL, evaluated over facts. A decision keeps its facts, the
/// policy's revision and a digest of both, so that anybody can reach it again.
///
/// Evaluation is total and knows no clock, no randomness and no world beyond the facts: what cannot
/// be evaluated is not met.
@NullMarked
package io.penstock.governance.gate;

import org.jspecify.annotations.NullMarked;
