/// The main job on real data, as a client of the suite: log and register a model, pass the gate,
/// release it as a canary, predict with features, watch drift and quality, promote or roll back,
/// prove what was done.
@NullMarked
package io.penstock.demo;

import org.jspecify.annotations.NullMarked;
