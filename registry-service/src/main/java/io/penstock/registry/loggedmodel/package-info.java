/// Logged models: what runs save, with parameters, tags and measurements of its own, before anyone
/// registers it.
///
/// The package knows no other feature. It reads two of their tables: where an experiment keeps its
/// artifacts, and which versions were made of a model.
@NullMarked
package io.penstock.registry.loggedmodel;

import org.jspecify.annotations.NullMarked;
