/// The files of a version as MLflow's clients lay them out: a folder with an `MLmodel`. Read, to
/// find what can be served among them; made, where a version was registered from an artifact alone.
@NullMarked
package io.penstock.registry.mlmodel;

import org.jspecify.annotations.NullMarked;
