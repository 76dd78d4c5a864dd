/// Models in a directory of Triton's layout as a source of releases: read, watched, and served
/// without a registry.
@NullMarked
package io.penstock.inference.repository;

import org.jspecify.annotations.NullMarked;
