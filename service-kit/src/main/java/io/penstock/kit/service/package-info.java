/// The life of a service: configured, started, ready, drained, stopped. Nothing here is static, so
/// six services can live in one JVM without noticing each other.
@NullMarked
package io.penstock.kit.service;

import org.jspecify.annotations.NullMarked;
