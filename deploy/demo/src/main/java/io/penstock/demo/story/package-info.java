/// The main job, one class a step: train and register, pass the gate, publish features, judge, show
/// evidence. Each step takes what the one before it gave and either gives the next or fails by
/// [io.penstock.demo.suite.StepFailed].
@NullMarked
package io.penstock.demo.story;

import org.jspecify.annotations.NullMarked;
