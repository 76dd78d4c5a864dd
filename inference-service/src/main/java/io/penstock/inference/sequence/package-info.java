/// Models that remember: requests of one sequence run one after another, and what the model wants
/// to know of the past stays on the server.
@NullMarked
package io.penstock.inference.sequence;

import org.jspecify.annotations.NullMarked;
