/// Follows the registry: fetches, checks, loads and warms what a release names, then swaps the
/// routes. What is served goes on being served until its successor is ready, and while the registry
/// is away.
@NullMarked
package io.penstock.inference.release;

import org.jspecify.annotations.NullMarked;
