/// Files: names for bytes of the artifact store. What MLflow's clients log, list and load by path.
///
/// A name is a row; directories are nothing but beginnings of names. Uploading over a name replaces
/// it in one step, unless a registered version was made of it. No file is ever unpacked: to the
/// registry an archive is bytes as any other.
@NullMarked
package io.penstock.registry.file;

import org.jspecify.annotations.NullMarked;
